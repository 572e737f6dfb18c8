import { Button, Group, List, Modal, Stack, Table, Text } from '@mantine/core'

/** One field that somebody else has changed. */
export interface ConflictField {
  readonly label: string
  /** What they have saved, a line for each part of it. */
  readonly theirs: readonly string[]
  /** Undefined where nothing else was typed here. */
  readonly mine: readonly string[] | undefined
}

export interface ChangeConflictProps {
  /** Of what was edited. */
  readonly name: string
  readonly fields: readonly ConflictField[]
  /** Who has changed it, as far as that may be known. */
  readonly who: string | undefined
  readonly isPending: boolean
  readonly onTakeTheirs: () => void
  readonly onSaveMine: () => void
  readonly onClose: () => void
}

/** What somebody else has saved since editing began, field by field, and what becomes of it. */
export function ChangeConflict(props: ChangeConflictProps) {
  const { name, fields, who, isPending, onTakeTheirs, onSaveMine, onClose } = props
  const clashes = fields.filter(({ mine }) => mine !== undefined)
  return (
    <Modal opened onClose={onClose} size="lg" title={`${name} was changed meanwhile`}>
      <Stack>
        <Text size="sm">
          {who === undefined ? 'Somebody' : who} has saved other changes since you opened this page.
          Nothing of yours is saved yet.
        </Text>
        <FieldTable fields={fields} />
        <Text size="sm">{whatNow(clashes)}</Text>
        <Group justify="flex-end" gap="xs">
          {/* Enter by habit loses nothing. */}
          <Button variant="default" onClick={onClose} data-autofocus>
            Go on editing
          </Button>
          <Button variant="default" onClick={onTakeTheirs}>
            Take theirs
          </Button>
          <Button
            {...(clashes.length > 0 && { color: 'red' })}
            loading={isPending}
            onClick={onSaveMine}
          >
            {clashes.length > 0 ? 'Save mine over it' : 'Save mine too'}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}

function FieldTable({ fields }: Pick<ChangeConflictProps, 'fields'>) {
  return (
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
          {fields.map(({ label, theirs, mine }) => (
            <Table.Tr key={label}>
              <Table.Th scope="row" style={{ overflowWrap: 'anywhere' }}>
                {label}
              </Table.Th>
              <Table.Td>
                <Lines lines={theirs} />
              </Table.Td>
              <Table.Td>
                {mine === undefined ? (
                  <Text size="sm" c="dimmed">
                    not changed
                  </Text>
                ) : (
                  <Lines lines={mine} />
                )}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  )
}

function Lines({ lines }: { readonly lines: readonly string[] }) {
  if (lines.length === 1) {
    return (
      <Text size="sm" style={{ overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }}>
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

function whatNow(clashes: readonly ConflictField[]): string {
  if (clashes.length === 0) {
    return 'You have changed something else: both can stand beside each other.'
  }
  const names = clashes.map(({ label }) => label).join(', ')
  return `You have both changed: ${names}. Take theirs, and what else you have changed stays here to be saved; or save yours over it.`
}
