import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import type {
  KeySettingsPatchSerializer,
  KeySettingsSerializer,
} from '../../../src/client/types.ts'
import { api } from '../app/api.ts'

/** Of a form over them. */
export interface KeySettingsProps {
  readonly projectId: number
  readonly settings: KeySettingsSerializer
}

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

export function isWhole(number: number, least: number, most: number): boolean {
  return Number.isInteger(number) && number >= least && number <= most
}
