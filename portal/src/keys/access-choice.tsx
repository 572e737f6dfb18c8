import { Stack, Text, TextInput } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import { useMemo, useState } from 'react'
import type { FunctionNamesSerializer } from '../../../src/client/types.ts'
import { Empty, ErrorNote, LoadingRows } from '../ui/states.tsx'
import { type Access, withFunctions, withNamespace } from './access.ts'
import { type AccessRow, accessRows, indexAccess } from './access-rows.ts'
import { AccessTree } from './access-tree.tsx'
import { useOpened } from './use-opened.ts'

export interface AccessChoiceProps {
  readonly namespaces: readonly FunctionNamesSerializer[] | undefined
  readonly fault: unknown
  readonly onRetry: () => void
  readonly value: Access
  readonly onChange: (access: Access) => void
}

/** What there is to open, by namespace. */
export function AccessChoice({ namespaces, fault, onRetry, value, onChange }: AccessChoiceProps) {
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

interface TreeProps extends Pick<AccessChoiceProps, 'value' | 'onChange'> {
  readonly namespaces: readonly FunctionNamesSerializer[]
}

function Tree({ namespaces, value, onChange }: TreeProps) {
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
    if (checked !== 'inherited') onChange(toggled(value, row, checked !== 'yes'))
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

function toggled(access: Access, row: AccessRow, isOn: boolean): Access {
  if (row.kind === 'namespace') return withNamespace(access, row.namespace, isOn)
  const names = row.kind === 'every' ? row.names : [row.name]
  return withFunctions(access, row.namespace, names, isOn)
}
