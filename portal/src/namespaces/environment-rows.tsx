import {
  ActionIcon,
  Button,
  Group,
  PasswordInput,
  Text,
  Textarea,
  TextInput,
  Tooltip,
} from '@mantine/core'
import { IconTrash } from '@tabler/icons-react'
import type { ClipboardEvent, KeyboardEvent } from 'react'
import { parseDotenv } from './dotenv.ts'
import type { Fault, PlainRow, SecretRow } from './environment.ts'
import classes from './environment-rows.module.css'

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

function Secret({ row, fault, onChange }: RowProps<SecretRow>) {
  const error = fault?.at === 'value' && fault.text
  if (row.value === null) {
    return (
      <Hidden
        action={`Replace ${row.name}`}
        error={error}
        onClick={() => onChange({ ...row, value: '' })}
      >
        Replace
      </Hidden>
    )
  }
  if (row.value.includes('\n')) {
    const lines = row.value.trimEnd().split('\n').length
    return (
      <Hidden
        said={`${lines} lines`}
        action={`Type another value of ${row.name || 'the new name'}`}
        error={error}
        onClick={() => onChange({ ...row, value: '' })}
      >
        Type another
      </Hidden>
    )
  }
  return (
    <PasswordInput
      className={classes.value ?? ''}
      aria-label={`${row.isNew ? 'Secret value' : 'New secret value'} of ${row.name || 'the new name'}`}
      placeholder={row.isNew ? 'Secret value' : 'New secret value'}
      value={row.value}
      onChange={(event) => onChange({ ...row, value: event.currentTarget.value })}
      // The field of a password has one line; a pasted key has many.
      onPaste={(event) => {
        const value = pastedLines(event)
        if (value !== undefined) onChange({ ...row, value })
      }}
      error={error}
      autoComplete="new-password"
    />
  )
}

/** In the place of a secret that is there and not shown. */
function Hidden({
  said,
  action,
  error,
  onClick,
  children,
}: {
  readonly said?: string
  readonly action: string
  readonly error: string | false | undefined
  readonly onClick: () => void
  readonly children: string
}) {
  return (
    <div className={classes.value ?? ''}>
      <Group gap="sm" wrap="nowrap">
        <Text component="span" aria-hidden>
          ••••••••
        </Text>
        {said !== undefined && <Text size="sm">{said}</Text>}
        <Button variant="default" size="xs" aria-label={action} onClick={onClick}>
          {children}
        </Button>
      </Group>
      {error && (
        <Text size="xs" c="var(--mantine-color-error)">
          {error}
        </Text>
      )}
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

/** What the field holds with several lines pasted into it; undefined when there is only one. */
function pastedLines(event: ClipboardEvent<HTMLInputElement>): string | undefined {
  const text = event.clipboardData.getData('text').replaceAll('\r\n', '\n')
  if (!text.trimEnd().includes('\n')) return undefined
  event.preventDefault()
  const { value, selectionStart, selectionEnd } = event.currentTarget
  const start = selectionStart ?? value.length
  return value.slice(0, start) + text + value.slice(selectionEnd ?? start)
}

/** As in a field of one line; Shift and Enter begin another line. */
function submitOnEnter(event: KeyboardEvent<HTMLTextAreaElement>): void {
  if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return
  event.preventDefault()
  const submit = event.currentTarget.form?.querySelector<HTMLButtonElement>('button[type=submit]')
  submit?.click()
}
