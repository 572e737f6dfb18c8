import { Badge } from '@mantine/core'
import type { FunctionSerializer } from '../../../src/client/types.ts'

const STATUSES: Readonly<Record<string, { readonly label: string; readonly color: string }>> = {
  running: { label: 'Running', color: 'green' },
  idle: { label: 'Idle', color: 'cyan' },
  building: { label: 'Building', color: 'yellow' },
  failed: { label: 'Failed', color: 'red' },
  disabled: { label: 'Disabled', color: 'gray' },
}

/** Whether the function can serve, in a word. */
export function FunctionStatusBadge({ status }: Pick<FunctionSerializer, 'status'>) {
  const { label, color } = STATUSES[status] ?? { label: status, color: 'gray' }
  return (
    <Badge variant="dot" color={color} tt="none" style={{ flexShrink: 0 }}>
      {label}
    </Badge>
  )
}
