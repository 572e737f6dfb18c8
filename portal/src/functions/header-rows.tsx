import { ActionIcon, Box, Button, Group, Stack, Text, TextInput } from '@mantine/core'
import { IconPlus, IconTrash } from '@tabler/icons-react'
import { type ReactNode, useRef } from 'react'
import type { HeaderRow } from './test-request.ts'

export interface HeaderFault {
  readonly name?: string
  readonly value?: string
}

export interface HeaderRowsProps {
  readonly rows: readonly HeaderRow[]
  readonly onChange: (rows: readonly HeaderRow[]) => void
  /** By the row's id. */
  readonly faults: Readonly<Record<number, HeaderFault>>
  readonly hint: ReactNode
}

const HEADERS_MAX = 100

/** Headers of a request, a row each. */
export function HeaderRows({ rows, onChange, faults, hint }: HeaderRowsProps) {
  const add = useRef<HTMLButtonElement>(null)
  const change = (id: number, part: Partial<HeaderRow>) =>
    onChange(rows.map((row) => (row.id === id ? { ...row, ...part } : row)))
  const remove = (id: number) => {
    onChange(rows.filter((row) => row.id !== id))
    add.current?.focus()
  }
  return (
    <Box component="fieldset" m={0} p={0} bd={0}>
      <Text component="legend" size="sm" fw={600} mb={4}>
        Headers
      </Text>
      <Stack gap="xs">
        {rows.map(({ id, name, value }, i) => (
          <Group key={id} gap="xs" align="flex-start" wrap="nowrap">
            <TextInput
              flex={1}
              miw={0}
              aria-label={`Name of header ${i + 1}`}
              placeholder="Name"
              value={name}
              error={faults[id]?.name}
              onChange={({ currentTarget }) => change(id, { name: currentTarget.value })}
              autoComplete="off"
              spellCheck={false}
              autoFocus={name === '' && value === ''}
            />
            <TextInput
              flex={2}
              miw={0}
              aria-label={`Value of header ${i + 1}`}
              placeholder="Value"
              value={value}
              error={faults[id]?.value}
              onChange={({ currentTarget }) => change(id, { value: currentTarget.value })}
              autoComplete="off"
              spellCheck={false}
            />
            <ActionIcon
              mt={4}
              variant="subtle"
              color="gray"
              aria-label={`Remove header ${i + 1}`}
              onClick={() => remove(id)}
            >
              <IconTrash size={18} aria-hidden />
            </ActionIcon>
          </Group>
        ))}
        <Group gap="sm">
          <Button
            ref={add}
            size="xs"
            variant="default"
            leftSection={<IconPlus size={14} aria-hidden />}
            disabled={rows.length >= HEADERS_MAX}
            onClick={() =>
              onChange([...rows, { id: 1 + (rows.at(-1)?.id ?? 0), name: '', value: '' }])
            }
          >
            Add header
          </Button>
          <Text size="xs" c="dimmed">
            {hint}
          </Text>
        </Group>
      </Stack>
    </Box>
  )
}
