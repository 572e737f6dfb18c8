import { Alert, Button, Group, SimpleGrid, Stack, Text, TextInput } from '@mantine/core'
import { IconInfoCircle, IconSearch } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import type { FunctionNamesSerializer } from '../../../src/client/types.ts'
import type { Scope } from '../../../src/domain/names.ts'
import { Empty, ErrorNote, LoadingRows } from '../ui/states.tsx'
import {
  type Access,
  accessText,
  type Grant,
  NO_ACCESS,
  opensNothing,
  withFunctions,
  withNamespace,
} from './access.ts'
import { AccessChosen } from './access-chosen.tsx'
import { functionNamesQuery } from './access-names.ts'
import { type AccessRow, accessRows, indexAccess } from './access-rows.ts'
import { AccessTree } from './access-tree.tsx'

export interface AccessPickerProps {
  readonly scope: Scope
  readonly value: Access
  readonly onChange: (access: Access) => void
  /** What is wrong with it, in words. */
  readonly error?: string | undefined
}

/** With few functions all of them are to be seen at once. */
const OPEN_FUNCTIONS_MAX = 30

/** What a key opens: functions by name, and whole namespaces. */
export function AccessPicker({ scope, value, onChange, error }: AccessPickerProps) {
  const names = useQuery(functionNamesQuery(scope))
  const isThere = useMemo(() => names.data && thereOf(names.data), [names.data])
  return (
    <Stack gap="sm">
      <Text size="sm" c="dimmed">
        Tick a namespace for all its functions, those of today and those to come, or open it and
        tick functions by name.
      </Text>
      <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="lg">
        <Choice
          namespaces={names.data}
          fault={names.error}
          onRetry={() => void names.refetch()}
          value={value}
          onChange={onChange}
        />
        <Stack gap="xs">
          <Group justify="space-between" mih={36} gap="xs">
            <Text size="sm" role="status">
              The key opens <b>{accessText(value)}</b>.
            </Text>
            {!opensNothing(value) && (
              <Button size="compact-sm" variant="subtle" onClick={() => onChange(NO_ACCESS)}>
                Take all away
              </Button>
            )}
          </Group>
          {opensNothing(value) ? (
            <Alert color="gray" icon={<IconInfoCircle aria-hidden />}>
              Every call with it is answered 401 until it is given something to open.
            </Alert>
          ) : (
            <AccessChosen access={value} onChange={onChange} isThere={isThere} />
          )}
        </Stack>
      </SimpleGrid>
      {error !== undefined && (
        <Text size="sm" c="red" role="alert">
          {error}
        </Text>
      )}
    </Stack>
  )
}

interface ChoiceProps {
  readonly namespaces: readonly FunctionNamesSerializer[] | undefined
  readonly fault: unknown
  readonly onRetry: () => void
  readonly value: Access
  readonly onChange: (access: Access) => void
}

function Choice({ namespaces, fault, onRetry, value, onChange }: ChoiceProps) {
  if (namespaces === undefined) {
    return fault === null ? <LoadingRows /> : <ErrorNote error={fault} onRetry={onRetry} />
  }
  if (namespaces.length === 0) {
    return (
      <Empty title="There are no functions yet">
        The key can be made now, and given functions when there are some.
      </Empty>
    )
  }
  return <Tree namespaces={namespaces} value={value} onChange={onChange} />
}

function Tree({
  namespaces,
  value,
  onChange,
}: {
  readonly namespaces: readonly FunctionNamesSerializer[]
  readonly value: Access
  readonly onChange: (access: Access) => void
}) {
  const [typed, setTyped] = useState('')
  const search = typed.trim().toLowerCase()
  const opened = useOpened(namespaces, value, search !== '')
  const rows = useMemo(
    () => accessRows(namespaces, search, opened.isOpen),
    [namespaces, search, opened.isOpen],
  )
  const index = useMemo(() => indexAccess(value), [value])
  const toggle = (row: AccessRow) => {
    const checked = index.checked(row)
    if (checked === 'inherited') return
    const isOn = checked !== 'yes'
    if (row.kind === 'namespace') onChange(withNamespace(value, row.namespace, isOn))
    else {
      const names = row.kind === 'every' ? row.names : [row.name]
      onChange(withFunctions(value, row.namespace, names, isOn))
    }
  }
  return (
    <Stack gap="xs">
      <TextInput
        type="search"
        aria-label="Search functions"
        placeholder="Search functions and namespaces"
        leftSection={<IconSearch size={16} aria-hidden />}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
        autoComplete="off"
        spellCheck={false}
      />
      {rows.length === 0 ? (
        <Text size="sm" c="dimmed" role="status" py="md">
          No function or namespace has “{typed.trim()}” in its name.
        </Text>
      ) : (
        <AccessTree
          // What is found anew is looked at from its beginning.
          key={search}
          label="Functions by namespace"
          rows={rows}
          index={index}
          onOpen={opened.set}
          onToggle={toggle}
        />
      )}
    </Stack>
  )
}

/** Which namespaces are opened out. What is found by a search is, until it is closed. */
function useOpened(
  namespaces: readonly FunctionNamesSerializer[],
  value: Access,
  isSearching: boolean,
) {
  const [initial] = useState(() => {
    const total = namespaces.reduce((sum, { functions }) => sum + functions.length, 0)
    if (total <= OPEN_FUNCTIONS_MAX) return new Set(namespaces.map(({ name }) => name))
    return new Set(value.functions.map(({ namespace }) => namespace))
  })
  const [opened, setOpened] = useState<ReadonlySet<string>>(initial)
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set())
  if (!isSearching && closed.size > 0) setClosed(new Set())
  const isOpen = useMemo(
    () => (name: string) => (isSearching ? !closed.has(name) : opened.has(name)),
    [isSearching, closed, opened],
  )
  const set = (names: readonly string[], isOn: boolean) => {
    if (isSearching) setClosed(changed(closed, names, !isOn))
    else setOpened(changed(opened, names, isOn))
  }
  return { isOpen, set }
}

function changed(set: ReadonlySet<string>, names: readonly string[], isIn: boolean): Set<string> {
  return isIn
    ? new Set([...set, ...names])
    : new Set([...set].filter((name) => !names.includes(name)))
}

function thereOf(namespaces: readonly FunctionNamesSerializer[]) {
  const sets = new Map(namespaces.map(({ name, functions }) => [name, new Set(functions)]))
  return (grant: Grant) =>
    grant.kind === 'namespace'
      ? sets.has(grant.name)
      : (sets.get(grant.namespace)?.has(grant.name) ?? false)
}
