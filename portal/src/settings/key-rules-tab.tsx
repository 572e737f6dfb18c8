import { Switch, TextInput } from '@mantine/core'
import { serverErrors } from '../ui/server-errors.ts'
import { isWhole, type KeySettingsProps, useSaveKeySettings } from './key-settings.ts'
import { SettingsForm, useTyped } from './settings-form.tsx'
import { WithKeySettings } from './with-key-settings.tsx'

const LIFE_DAYS_MAX = 36_500
const FIELDS = ['key_life_days_max', 'keys_must_expire']

/** How long keys of the project may last. */
export function KeyRulesTab({ projectId }: { readonly projectId: number }) {
  return <WithKeySettings projectId={projectId} form={Form} />
}

function Form({ projectId, settings }: KeySettingsProps) {
  const save = useSaveKeySettings(projectId)
  const { values, isDirty, isChanged, set, reset } = useTyped({
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
      onSave={() =>
        save.mutate({
          ...(isChanged('life') && { key_life_days_max: days }),
          ...(isChanged('mustExpire') && { keys_must_expire: values.mustExpire }),
        })
      }
      onDiscard={reset}
    >
      <Switch
        label="Keys must expire"
        // Else it is called by its description too, which is read out after it.
        aria-label="Keys must expire"
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
