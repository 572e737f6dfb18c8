import { Button, Group, Stack, Text, Title } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useEffect, useRef, useState } from 'react'
import { DeployState } from '../namespaces/deploy-state.tsx'
import { PlainValue, SecretValue } from '../namespaces/environment-rows.tsx'
import { SaveBar } from '../ui/save-bar.tsx'
import { serverErrors } from '../ui/server-errors.ts'
import { ErrorNote } from '../ui/states.tsx'
import { ConfigurationClash } from './configuration-clash.tsx'
import { Section } from './configuration-section.tsx'
import { useEnvironment } from './environment-draft.ts'
import { InheritedEnvironment } from './environment-inherited.tsx'
import { isChangedMeanwhile } from './function-update.ts'

const FIRST_NEW_ID = 1_000_000

/** What the function finds in its environment: its own values, and those of its namespace. */
export function FunctionEnvironment({ onDirty }: { readonly onDirty: (isDirty: boolean) => void }) {
  const form = useEnvironment()
  const { environment, set, isDirty, faults, save } = form
  useEffect(() => onDirty(isDirty), [onDirty, isDirty])
  const nextId = useRef(FIRST_NEW_ID)
  const [isTold, setTold] = useState(false)
  const rows = [...environment.plain, ...environment.secret]
  const fields = rows.flatMap(({ name }) => [`envs.${name}`, `secret_envs.${name}`])
  const { placed, rest } = serverErrors(save.error, fields)
  const faultOf = (row: { id: number; name: string }, member: string) =>
    (isTold ? faults.get(row.id) : undefined) ?? placed[`${member}.${row.name}`]
  const blank = () => ({ id: nextId.current++, name: '', value: '' })
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        setTold(true)
        if (faults.size === 0) save.mutate(undefined, { onSuccess: () => setTold(false) })
      }}
    >
      <Section title="Environment">
        <Stack>
          <Title order={3} size="h5">
            Plain values
          </Title>
          {environment.plain.length === 0 && <Text c="dimmed">There are none.</Text>}
          {environment.plain.map((row) => (
            <PlainValue
              key={row.id}
              row={row}
              fault={faultOf(row, 'envs')}
              onChange={(next) =>
                set({ plain: environment.plain.map((one) => (one === row ? next : one)) })
              }
              onRemove={() => set({ plain: environment.plain.filter((one) => one !== row) })}
            />
          ))}
          <AddButton
            label="Add a plain value"
            onClick={() => set({ plain: [...environment.plain, blank()] })}
          />
          <Title order={3} size="h5">
            Secret values
          </Title>
          <Text size="sm" c="dimmed">
            They are kept sealed, reach the function, and are shown nowhere again: not here either.
          </Text>
          {environment.secret.length === 0 && <Text c="dimmed">There are none.</Text>}
          {environment.secret.map((row) => (
            <SecretValue
              key={row.id}
              row={row}
              fault={faultOf(row, 'secret_envs')}
              onChange={(next) =>
                set({ secret: environment.secret.map((one) => (one === row ? next : one)) })
              }
              onRemove={() => set({ secret: environment.secret.filter((one) => one !== row) })}
            />
          ))}
          <AddButton
            label="Add a secret value"
            onClick={() => set({ secret: [...environment.secret, { ...blank(), isNew: true }] })}
          />
        </Stack>
        <InheritedEnvironment />
        {form.isClash && (
          <ConfigurationClash
            theirs={[['Environment', form.theirs]]}
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

function AddButton({ label, onClick }: { readonly label: string; readonly onClick: () => void }) {
  return (
    <Group>
      <Button
        variant="default"
        size="xs"
        leftSection={<IconPlus size={14} aria-hidden />}
        onClick={onClick}
      >
        {label}
      </Button>
    </Group>
  )
}
