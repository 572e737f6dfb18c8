import { Switch, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { KeySettingsSerializer } from '../../../src/client/types.ts'
import { serverErrors } from '../ui/server-errors.ts'
import { ErrorNote, LoadingRows } from '../ui/states.tsx'
import { keySettingsQuery, useSaveKeySettings } from './key-settings.ts'
import { SettingsForm, useTyped } from './settings-form.tsx'

const LIFE_DAYS_MAX = 36_500
const FIELDS = ['key_life_days_max', 'keys_must_expire']

/** How long keys of the project may last. */
export function KeyRulesTab({ projectId }: { readonly projectId: number }) {
  const { data, error, refetch } = useQuery(keySettingsQuery(projectId))
  if (data !== undefined) return <Form projectId={projectId} settings={data} />
  return error === null ? <LoadingRows rows={3} /> : <ErrorNote error={error} onRetry={refetch} />
}

function Form({
  projectId,
  settings,
}: {
  readonly projectId: number
  readonly settings: KeySettingsSerializer
}) {
  const save = useSaveKeySettings(projectId)
  const { values, isDirty, set, reset } = useTyped({
    life: settings.key_life_days_max === null ? '' : String(settings.key_life_days_max),
    mustExpire: settings.keys_must_expire,
  })
  const days = values.life.trim() === '' ? null : Number(values.life)
  const isLife = days === null || isWhole(days, 1, LIFE_DAYS_MAX)
  const { placed: refused, rest } = serverErrors(save.error, FIELDS)
  return (
    <SettingsForm
      isDirty={isDirty}
      isValid={isLife}
      isPending={save.isPending}
      isSaved={save.isSuccess}
      error={rest}
      onSave={() => save.mutate({ key_life_days_max: days, keys_must_expire: values.mustExpire })}
      onDiscard={reset}
    >
      <Switch
        label="Keys must expire"
        description="A key without an expiry is refused when it is created, renewed or restored. Keys that are there already stay as they are."
        checked={values.mustExpire}
        onChange={(event) => set({ mustExpire: event.currentTarget.checked })}
      />
      <TextInput
        label="Longest life of a key, in days"
        description="At most so many days may lie between the creation or renewal of a key and its expiry. Empty: any number; with a number every key must expire."
        inputMode="numeric"
        value={values.life}
        onChange={(event) => set({ life: event.currentTarget.value })}
        error={
          refused.key_life_days_max ??
          (isLife ? undefined : `A whole number from 1 to ${LIFE_DAYS_MAX}, or nothing.`)
        }
        autoComplete="off"
      />
    </SettingsForm>
  )
}

export function isWhole(number: number, least: number, most: number): boolean {
  return Number.isInteger(number) && number >= least && number <= most
}
