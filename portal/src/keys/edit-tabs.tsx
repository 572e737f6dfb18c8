import { Tabs, VisuallyHidden } from '@mantine/core'
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

export const SENT = TABS.flatMap(({ sent }) => sent)

export interface EditTabListProps {
  readonly changed: readonly DraftField[]
  /** By the names of the API. */
  readonly errors: Readonly<Record<string, string>>
}

/** The tabs, each with whether something of it is changed or not right. */
export function EditTabList({ changed, errors }: EditTabListProps) {
  return (
    <Tabs.List>
      {TABS.map(({ id, label, fields, sent }) => (
        <Tabs.Tab
          key={id}
          value={id}
          rightSection={tabMark(
            fields.some((field) => changed.includes(field)),
            sent.some((field) => field in errors),
          )}
        >
          {label}
        </Tabs.Tab>
      ))}
    </Tabs.List>
  )
}

/** The tab that has what is not right. */
export function tabOfErrors(errors: Readonly<Record<string, string>>): KeyTab | undefined {
  return TABS.find(({ sent }) => sent.some((field) => field in errors))?.id
}

/** That something of the tab is not saved yet, or not right. */
function tabMark(isChanged: boolean, isWrong: boolean) {
  if (!isChanged && !isWrong) return null
  const color = isWrong ? 'red' : 'blue'
  return (
    <>
      <IconCircleFilled size={8} aria-hidden color={`var(--mantine-color-${color}-filled)`} />
      <VisuallyHidden>{isWrong ? '(not right)' : '(changed)'}</VisuallyHidden>
    </>
  )
}
