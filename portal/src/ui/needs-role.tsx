import { roleNeededText } from '../app/may.ts'
import { Empty } from './states.tsx'

/** In the place of what the role does not show. */
export function NeedsRole({
  least,
  where = 'project',
  children,
}: {
  readonly least: Parameters<typeof roleNeededText>[0]
  readonly where?: 'project' | 'server'
  readonly children?: string
}) {
  return (
    <Empty title="Your role does not show this">
      {children} {roleNeededText(least, where)}
    </Empty>
  )
}
