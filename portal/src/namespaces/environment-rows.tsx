import { ActionIcon, Button, Group, PasswordInput, Text, TextInput, Tooltip } from '@mantine/core'
import { IconTrash } from '@tabler/icons-react'
import type { PlainRow, SecretRow } from './environment.ts'
import classes from './environment-rows.module.css'

interface RowProps<Row> {
  readonly row: Row
  readonly fault: string | undefined
  readonly onChange: (row: Row) => void
  readonly onRemove: () => void
}

export function PlainValue({ row, fault, onChange, onRemove }: RowProps<PlainRow>) {
  return (
    <div className={classes.row}>
      <Name row={row} fault={fault} onChange={(name) => onChange({ ...row, name })} />
      <TextInput
        className={classes.value ?? ''}
        aria-label={`Value of ${row.name || 'the new name'}`}
        placeholder="Value"
        value={row.value}
        onChange={(event) => onChange({ ...row, value: event.currentTarget.value })}
        autoComplete="off"
        spellCheck={false}
      />
      <Remove name={row.name} onRemove={onRemove} />
    </div>
  )
}

export function SecretValue({ row, fault, onChange, onRemove }: RowProps<SecretRow>) {
  return (
    <div className={classes.row}>
      {row.isNew ? (
        <Name row={row} fault={fault} onChange={(name) => onChange({ ...row, name })} />
      ) : (
        <Text className={classes.name ?? ''} ff="monospace" size="sm">
          {row.name}
        </Text>
      )}
      {row.value === null ? (
        <Group className={classes.value ?? ''} gap="sm" wrap="nowrap">
          <Text component="span" aria-hidden>
            ••••••••
          </Text>
          <Button
            variant="default"
            size="xs"
            aria-label={`Replace ${row.name}`}
            onClick={() => onChange({ ...row, value: '' })}
          >
            Replace
          </Button>
        </Group>
      ) : (
        <PasswordInput
          className={classes.value ?? ''}
          aria-label={`${row.isNew ? 'Secret value' : 'New secret value'} of ${row.name || 'the new name'}`}
          placeholder={row.isNew ? 'Secret value' : 'New secret value'}
          value={row.value}
          onChange={(event) => onChange({ ...row, value: event.currentTarget.value })}
          error={row.isNew ? undefined : fault}
          autoComplete="new-password"
        />
      )}
      <Remove name={row.name} onRemove={onRemove} />
    </div>
  )
}

function Name({
  row,
  fault,
  onChange,
}: {
  readonly row: PlainRow | SecretRow
  readonly fault: string | undefined
  readonly onChange: (name: string) => void
}) {
  return (
    <TextInput
      className={classes.name ?? ''}
      aria-label="Name of the value"
      placeholder="NAME"
      value={row.name}
      onChange={(event) => onChange(event.currentTarget.value)}
      error={fault}
      autoComplete="off"
      spellCheck={false}
    />
  )
}

function Remove({ name, onRemove }: { readonly name: string; readonly onRemove: () => void }) {
  const label = `Remove ${name || 'the new value'}`
  return (
    <Tooltip label={label}>
      <ActionIcon variant="subtle" color="gray" size="lg" aria-label={label} onClick={onRemove}>
        <IconTrash size={18} aria-hidden />
      </ActionIcon>
    </Tooltip>
  )
}
