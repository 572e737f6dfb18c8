import { VisuallyHidden } from '@mantine/core'
import { IconCircleFilled } from '@tabler/icons-react'
import type { KeyTab } from '../app/places.ts'
import type { DraftField } from './edit-draft.ts'

export const TABS: readonly {
  readonly id: KeyTab
  readonly label: string
  readonly fields: readonly DraftField[]
  /** What the server calls them. */
  readonly sent: readonly string[]
}[] = [
  {
    id: 'general',
    label: 'General',
    fields: ['name', 'description', 'labels', 'notBefore'],
    sent: ['name', 'description', 'labels', 'not_before'],
  },
  {
    id: 'access',
    label: 'Access to functions',
    fields: ['access'],
    sent: ['functions', 'namespaces'],
  },
  { id: 'expiration', label: 'Expiration', fields: ['expire'], sent: ['expire'] },
]

/** That something of the tab is not saved yet, or not right. */
export function tabMark(isChanged: boolean, isWrong: boolean) {
  if (!isChanged && !isWrong) return null
  const color = isWrong ? 'red' : 'blue'
  return (
    <>
      <IconCircleFilled size={8} aria-hidden color={`var(--mantine-color-${color}-filled)`} />
      <VisuallyHidden>{isWrong ? '(not right)' : '(changed)'}</VisuallyHidden>
    </>
  )
}
