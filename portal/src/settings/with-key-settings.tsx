import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import type { KeySettingsSerializer } from '../../../src/client/types.ts'
import { Loaded } from '../ui/loaded.tsx'
import { keySettingsQuery } from './key-settings.ts'

export interface WithKeySettingsProps {
  readonly projectId: number
  readonly children: (settings: KeySettingsSerializer) => ReactNode
}

/** A form over what a project asks of its keys, when that is known. */
export function WithKeySettings({ projectId, children }: WithKeySettingsProps) {
  return (
    <Loaded query={useQuery(keySettingsQuery(projectId))} rows={3}>
      {children}
    </Loaded>
  )
}
