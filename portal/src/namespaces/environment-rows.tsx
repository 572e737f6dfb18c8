import { ActionIcon, Text, Textarea, TextInput, Tooltip } from '@mantine/core'
import { IconTrash } from '@tabler/icons-react'
import type { KeyboardEvent } from 'react'
import { parseDotenv } from './dotenv.ts'
import type { Fault, PlainRow, SecretRow } from './environment.ts'
import classes from './environment-rows.module.css'
import { Secret } from './environment-secret.tsx'

export interface RowProps<Row> {
  readonly row: Row
  readonly fault: Fault | undefined
  readonly isFresh: boolean
  readonly onChange: (row: Row) => void
  readonly onRemove: () => void
  /** Several were pasted where the name of one goes. */
  readonly onPaste: (assigned: readonly (readonly [name: string, value: string])[]) => void
}

const VALUE_ROWS_MAX = 8
const focus = (node: HTMLElement | null) => node?.focus()

export function PlainValue(props: RowProps<PlainRow>) {
  const { row, fault, onChange, onRemove } = props
  return (
    <div className={classes.row}>
      <Name {...props} onChange={(name) => onChange({ ...row, name })} />
      <Textarea
        className={classes.value ?? ''}
        aria-label={`Value of ${row.name || 'the new name'}`}
        placeholder="Value"
        value={row.value}
        onChange={(event) => onChange({ ...row, value: event.currentTarget.value })}
        onKeyDown={submitOnEnter}
        error={fault?.at === 'value' && fault.text}
        autosize
        minRows={1}
        maxRows={VALUE_ROWS_MAX}
        autoComplete="off"
        spellCheck={false}
      />
      <Remove name={row.name} onRemove={onRemove} />
    </div>
  )
}

export function SecretValue(props: RowProps<SecretRow>) {
  const { row, onChange, onRemove } = props
  return (
    <div className={classes.row}>
      {row.isNew ? (
        <Name {...props} onChange={(name) => onChange({ ...row, name })} />
      ) : (
        <Text className={classes.name ?? ''} ff="monospace" size="sm">
          {row.name}
        </Text>
      )}
      <Secret {...props} />
      <Remove name={row.name} onRemove={onRemove} />
    </div>
  )
}

function Name({
  row,
  fault,
  isFresh,
  onChange,
  onPaste,
}: Pick<RowProps<PlainRow | SecretRow>, 'row' | 'fault' | 'isFresh' | 'onPaste'> & {
  readonly onChange: (name: string) => void
}) {
  return (
    <TextInput
      ref={isFresh ? focus : undefined}
      aria-label="Name of the value"
      placeholder="NAME"
      value={row.name}
      onChange={(event) => onChange(event.currentTarget.value)}
      onPaste={(event) => {
        const assigned = parseDotenv(event.clipboardData.getData('text'))
        if (assigned.length === 0) return
        event.preventDefault()
        onPaste(assigned)
      }}
      error={fault?.at === 'name' && fault.text}
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

/** As in a field of one line; Shift and Enter begin another line. */
function submitOnEnter(event: KeyboardEvent<HTMLTextAreaElement>): void {
  if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return
  event.preventDefault()
  const submit = event.currentTarget.form?.querySelector<HTMLButtonElement>('button[type=submit]')
  submit?.click()
}
