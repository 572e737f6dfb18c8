import { Button, Group, PasswordInput, Text } from '@mantine/core'
import type { ClipboardEvent } from 'react'
import type { Fault, SecretRow } from './environment.ts'
import classes from './environment-rows.module.css'

export interface SecretProps {
  readonly row: SecretRow
  readonly fault: Fault | undefined
  readonly onChange: (row: SecretRow) => void
}

/** A secret value as it is typed; it is shown neither before nor after that. */
export function Secret({ row, fault, onChange }: SecretProps) {
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

/** What the field holds with several lines pasted into it; undefined when there is only one. */
function pastedLines(event: ClipboardEvent<HTMLInputElement>): string | undefined {
  const text = event.clipboardData.getData('text').replaceAll('\r\n', '\n')
  if (!text.trimEnd().includes('\n')) return undefined
  event.preventDefault()
  const { value, selectionStart, selectionEnd } = event.currentTarget
  const start = selectionStart ?? value.length
  return value.slice(0, start) + text + value.slice(selectionEnd ?? start)
}
