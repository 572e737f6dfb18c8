import { Anchor, Stack, Text } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { Link } from 'react-router'
import { isChangedMeanwhile } from '../../../src/client/edit-tag.ts'
import { roleNeededText, useMay } from '../app/may.ts'
import { places } from '../app/places.ts'
import { useFunctionName, useScope } from '../app/scope.ts'
import { DeployState } from '../namespaces/deploy-state.tsx'
import { LeaveGuard } from '../ui/leave-guard.tsx'
import { NeedsRole } from '../ui/needs-role.tsx'
import { SaveBar } from '../ui/save-bar.tsx'
import { serverErrors } from '../ui/server-errors.ts'
import { ErrorNote } from '../ui/states.tsx'
import { ConfigurationClash } from './configuration-clash.tsx'
import { ConfigurationFields } from './configuration-fields.tsx'
import { Section } from './configuration-section.tsx'
import {
  effectOf,
  SETTING_LABELS,
  settingErrors,
  settingsBody,
  settingsOf,
  useSettings,
} from './configuration-settings.ts'
import { ReadEnvironment } from './environment-inherited.tsx'
import { FunctionEnvironment } from './environment-section.tsx'
import { useFunctionsChanged } from './function-change.ts'
import { useFunction } from './function-query.ts'
import { useUpdateFunction } from './function-update.ts'

/** What the API calls the fields of the form. */
const FIELD_NAMES = {
  'autoscaling.min_instances': 'min',
  'autoscaling.max_instances': 'max',
  max_body_bytes: 'bodyBytes',
}
const FIELDS = Object.keys(SETTING_LABELS)

/** How a function runs; its code is elsewhere. */
export function Component() {
  const [hasSettings, setHasSettings] = useState(false)
  const [hasValues, setHasValues] = useState(false)
  const mayEdit = useMay('editor')
  const mayRead = useMay('viewer')
  if (!mayRead) return <NeedsRole least="viewer" />
  return (
    <Stack gap="lg">
      <LeaveGuard isDirty={hasSettings || hasValues} />
      <SettingsForm onDirty={setHasSettings} />
      {mayEdit ? <FunctionEnvironment onDirty={setHasValues} /> : <ReadEnvironment />}
    </Stack>
  )
}

function SettingsForm({ onDirty }: { readonly onDirty: (isDirty: boolean) => void }) {
  const scope = useScope()
  const name = useFunctionName()
  const loaded = useFunction()
  const form = useSettings(loaded.fn)
  const { settings, changed, clashes } = form
  const mayEdit = useMay('editor')
  const save = useSaveSettings(form)
  const { placed, rest } = serverErrors(save.error, FIELDS, FIELD_NAMES)
  const errors = { ...placed, ...settingErrors(settings) }
  const isDirty = changed.length > 0
  useEffect(() => onDirty(isDirty), [onDirty, isDirty])
  const effect = effectOf(changed)
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        if (mayEdit && isDirty && Object.keys(settingErrors(settings)).length === 0) save.mutate()
      }}
    >
      <Stack gap="lg">
        <ConfigurationFields
          scope={scope}
          settings={settings}
          onChange={form.set}
          errors={errors}
          readOnly={!mayEdit}
        />
        <Section title="Access">
          <Text size="sm">
            {loaded.fn.enable_api_key === true
              ? 'Callers need a key. '
              : 'Callers need no key: whoever knows the endpoint can call it. '}
            <Anchor
              component={Link}
              to={places.fn(scope, name, 'keys')}
              fz="inherit"
              underline="always"
            >
              Change it on the page of its keys
            </Anchor>
            .
          </Text>
        </Section>
        {clashes.length > 0 && (
          <ConfigurationClash
            theirs={clashes.map((field) => [
              SETTING_LABELS[field],
              String(settingsOf(loaded.fn)[field]),
            ])}
            onTakeTheirs={form.reset}
            onInsist={form.insist}
          />
        )}
        {rest !== null && !isChangedMeanwhile(rest) && <ErrorNote error={rest} />}
        {isDirty && effect !== '' && <Text size="sm">{effect}</Text>}
        <DeployState taskId={isDirty ? undefined : save.data} />
      </Stack>
      <SaveBar
        isDirty={isDirty}
        isPending={save.isPending}
        onReset={form.reset}
        action="Save settings"
        reason={reasonNot(mayEdit, clashes.length > 0)}
      />
    </form>
  )
}

/** Resolves to the task that puts the change to work. */
function useSaveSettings({
  settings,
  changed,
  isUntouched,
  settle,
}: ReturnType<typeof useSettings>) {
  const loaded = useFunction()
  const update = useUpdateFunction()
  const functionsChanged = useFunctionsChanged()
  const queries = useQueryClient()
  return useMutation({
    mutationFn: async () => {
      const body = settingsBody(settings, changed)
      const { tasks } = await update({ base: loaded, body, isUntouched })
      void queries.invalidateQueries({ queryKey: ['tasks'] })
      await functionsChanged()
      settle(settings)
      return tasks[0]
    },
  })
}

function reasonNot(mayEdit: boolean, hasClash: boolean): string | undefined {
  if (!mayEdit) return roleNeededText('editor')
  return hasClash ? 'Somebody else has changed the same.' : undefined
}
