import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import type { KeySettingsPatchSerializer } from '../../../src/client/types.ts'
import { api } from '../app/api.ts'

export const keySettingsQuery = (projectId: number) =>
  queryOptions({
    queryKey: ['key-settings', projectId],
    queryFn: () => api.keySettings.get(projectId),
  })

export function useSaveKeySettings(projectId: number) {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: (patch: Partial<KeySettingsPatchSerializer>) =>
      api.keySettings.update(projectId, patch),
    onSuccess: (settings) =>
      queryClient.setQueryData(keySettingsQuery(projectId).queryKey, settings),
  })
}
