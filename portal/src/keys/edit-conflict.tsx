import { Button, Group, List, Modal, Stack, Table, Text } from '@mantine/core'
import {
  changedFields,
  type DraftField,
  FIELD_LABELS,
  fieldLines,
  type KeyDraft,
} from './edit-draft.ts'

export interface EditConflictProps {
  /** As it was when editing began. */
  readonly before: KeyDraft
  readonly mine: KeyDraft
  readonly theirs: KeyDraft
  /** Who has changed it, as far as that may be known. */
  readonly who: string | undefined
  readonly isPending: boolean
  readonly onTakeTheirs: () => void
  readonly onSaveMine: () => void
  readonly onClose: () => void
}

/** What somebody else has changed in the meantime, field by field, and what becomes of it. */
export function EditConflict(props: EditConflictProps) {
  const { before, mine, theirs, who } = props
  const changedByThem = changedFields(before, theirs)
  const changedByMe = new Set(changedFields(before, mine))
  const clashes = changedByThem.filter((field) => changedByMe.has(field))
  return (
    <Modal
      opened
      onClose={props.onClose}
      size="lg"
      title={`${before.name} was changed meanwhile`}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <Stack>
        <Text size="sm">
          {who === undefined ? 'Somebody' : who} has saved other changes since you opened this page.
          Nothing of yours is saved yet.
        </Text>
        <Table.ScrollContainer minWidth={0} type="native">
          <Table aria-label="What was changed" layout="fixed" verticalSpacing="xs">
            <Table.Thead>
              <Table.Tr>
                <Table.Th scope="col">Field</Table.Th>
                <Table.Th scope="col">Theirs</Table.Th>
                <Table.Th scope="col">Yours</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {changedByThem.map((field) => (
                <Table.Tr key={field}>
                  <Table.Th scope="row">{FIELD_LABELS[field]}</Table.Th>
                  <Table.Td>
                    <Lines lines={fieldLines(theirs, field)} />
                  </Table.Td>
                  <Table.Td>
                    {changedByMe.has(field) ? (
                      <Lines lines={fieldLines(mine, field)} />
                    ) : (
                      <Text size="sm" c="dimmed">
                        not changed
                      </Text>
                    )}
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
        <Text size="sm">{whatNow(clashes)}</Text>
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={props.onClose}>
            Go on editing
          </Button>
          <Button variant="default" onClick={props.onTakeTheirs} data-autofocus>
            Take theirs
          </Button>
          <Button
            {...(clashes.length > 0 && { color: 'red' })}
            loading={props.isPending}
            onClick={props.onSaveMine}
          >
            {clashes.length > 0 ? 'Save mine over it' : 'Save mine too'}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}

function Lines({ lines }: { readonly lines: readonly string[] }) {
  if (lines.length === 1) {
    return (
      <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
        {lines[0]}
      </Text>
    )
  }
  return (
    <List size="sm" style={{ overflowWrap: 'anywhere' }}>
      {lines.map((line) => (
        <List.Item key={line}>{line}</List.Item>
      ))}
    </List>
  )
}

function whatNow(clashes: readonly DraftField[]): string {
  if (clashes.length === 0) {
    return 'You have changed other fields: both can stand beside each other.'
  }
  const names = clashes.map((field) => FIELD_LABELS[field]).join(', ')
  return `You have both changed: ${names}. Take theirs, and what else you have changed stays here to be saved; or save yours over it.`
}
