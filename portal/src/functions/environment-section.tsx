import { Text } from '@mantine/core'
import { useEffect } from 'react'
import { isChangedMeanwhile } from '../../../src/client/edit-tag.ts'
import { DeployState } from '../namespaces/deploy-state.tsx'
import { EnvironmentFields } from '../namespaces/environment-fields.tsx'
import { useFaults } from '../namespaces/use-faults.ts'
import { SaveBar } from '../ui/save-bar.tsx'
import { ErrorNote } from '../ui/states.tsx'
import { ConfigurationClash } from './configuration-clash.tsx'
import { Section } from './configuration-section.tsx'
import { useEnvironment } from './environment-draft.ts'
import { InheritedEnvironment } from './environment-inherited.tsx'

/** What the function finds in its environment: its own values, and those of its namespace. */
export function FunctionEnvironment({ onDirty }: { readonly onDirty: (isDirty: boolean) => void }) {
  const form = useEnvironment()
  const { environment, set, isDirty, save } = form
  useEffect(() => onDirty(isDirty), [onDirty, isDirty])
  const { shown, areFine, rest, tell } = useFaults(environment, save.error)
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        tell(!areFine)
        if (areFine) save.mutate()
      }}
    >
      <Section title="Environment">
        <EnvironmentFields
          environment={environment}
          faults={shown}
          reached="the function"
          onChange={set}
        />
        <InheritedEnvironment />
        {form.isClash && (
          <ConfigurationClash
            theirs={form.theirs}
            onTakeTheirs={form.reset}
            onInsist={form.insist}
          />
        )}
        {rest !== null && !isChangedMeanwhile(rest) && <ErrorNote error={rest} />}
        {isDirty && (
          <Text size="sm">
            A new version is deployed, without a build: new instances take over, and those of before
            end when their requests are done.
          </Text>
        )}
        <DeployState taskId={isDirty ? undefined : save.data} />
      </Section>
      <SaveBar
        isDirty={isDirty}
        isPending={save.isPending}
        onReset={form.reset}
        action="Save environment"
        reason={form.isClash ? 'Somebody else has changed the same.' : undefined}
      />
    </form>
  )
}
