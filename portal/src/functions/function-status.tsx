import type { FunctionSerializer } from '../../../src/client/types.ts'
import { StatusBadge } from '../ui/status-badge.tsx'

/** Whether the function can serve, in a word. */
export function FunctionStatusBadge({ status }: Pick<FunctionSerializer, 'status'>) {
  return <StatusBadge status={functionStatusLabel(status)} />
}

export function functionStatusLabel(status: string): string {
  return status.charAt(0).toUpperCase() + status.slice(1)
}
