import { useQuery } from '@tanstack/react-query'
import type { ComponentType } from 'react'
import { Loaded } from '../ui/loaded.tsx'
import { type KeySettingsProps, keySettingsQuery } from './key-settings.ts'

export interface WithKeySettingsProps {
  readonly projectId: number
  readonly form: ComponentType<KeySettingsProps>
}

/** A form over what a project asks of its keys, when that is known. */
export function WithKeySettings({ projectId, form: Form }: WithKeySettingsProps) {
  return (
    <Loaded query={useQuery(keySettingsQuery(projectId))} rows={3}>
      {(settings) => <Form projectId={projectId} settings={settings} />}
    </Loaded>
  )
}
