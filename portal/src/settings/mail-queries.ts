import { queryOptions } from '@tanstack/react-query'
import { api } from '../app/api.ts'

export const mailSettingsQuery = (projectId: number) =>
  queryOptions({
    queryKey: ['mail-settings', projectId],
    queryFn: () => api.mails.settings(projectId),
  })
