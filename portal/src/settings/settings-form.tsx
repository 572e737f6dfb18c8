import { Button, Group, Stack, Text } from '@mantine/core'
import { type FormEvent, type ReactNode, useEffect, useState } from 'react'
import { roleNeededText, useMay } from '../app/may.ts'
import { LeaveGuard } from '../ui/leave-guard.tsx'
import { ErrorNote } from '../ui/states.tsx'
import classes from './settings-form.module.css'

export interface SettingsFormProps {
  readonly isDirty: boolean
  readonly isValid: boolean
  readonly isPending: boolean
  /** Whether the last save went through: said until something else is typed. */
  readonly isSaved: boolean
  /** What is not said at a field already. */
  readonly error: unknown
  readonly onSave: () => void
  readonly onDiscard: () => void
  readonly children: ReactNode
}

/** Settings that only owners of the project change; to others they are shown. */
export function SettingsForm(props: SettingsFormProps) {
  const { isDirty, isValid, isPending, isSaved, error } = props
  const mayChange = useMay('owner')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (isDirty && isValid) props.onSave()
  }
  return (
    <form onSubmit={submit} noValidate>
      <LeaveGuard isDirty={isDirty} />
      <Stack maw={640} gap="lg">
        {!mayChange && <Text c="dimmed">{roleNeededText('owner')}</Text>}
        <fieldset className={classes.fields ?? ''} disabled={!mayChange}>
          <Stack gap="lg">{props.children}</Stack>
        </fieldset>
        {error !== undefined && error !== null && <ErrorNote error={error} />}
        {mayChange && (
          <Group justify="flex-end" gap="sm">
            <Text size="sm" role="status">
              {isSaved && !isDirty ? 'Saved.' : ''}
            </Text>
            <Button variant="default" disabled={!isDirty} onClick={props.onDiscard}>
              Discard changes
            </Button>
            <Button type="submit" loading={isPending} disabled={!isDirty || !isValid}>
              Save
            </Button>
          </Group>
        )}
      </Stack>
    </form>
  )
}

/** What is typed, as long as it differs from what is known; forgotten when that has become the same. */
export function useTyped<Values extends object>(known: Values) {
  const [typed, setTyped] = useState<Partial<Values>>({})
  const values = { ...known, ...typed }
  const isChanged = (name: keyof Values) => values[name] !== known[name]
  const isDirty = (Object.keys(typed) as (keyof Values)[]).some(isChanged)
  useEffect(() => {
    if (!isDirty && Object.keys(typed).length > 0) setTyped({})
  }, [isDirty, typed])
  return {
    values,
    isDirty,
    /** What is not is left out of what is sent: others may have changed it meanwhile. */
    isChanged,
    set: (changes: Partial<Values>) => setTyped((before) => ({ ...before, ...changes })),
    reset: () => setTyped({}),
  }
}
