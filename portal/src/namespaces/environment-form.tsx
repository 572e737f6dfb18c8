import { Button, Group, Stack, Text, Title } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { ApiError } from '../../../src/client/errors.ts'
import type { Scope } from '../../../src/domain/names.ts'
import { api } from '../app/api.ts'
import { LeaveGuard } from '../ui/leave-guard.tsx'
import { ErrorNote } from '../ui/states.tsx'
import { DeployState } from './deploy-state.tsx'
import {
  changeOf,
  type Environment,
  environmentOf,
  faultsOf,
  type Known,
  type PlainRow,
  type SecretRow,
} from './environment.ts'
import { PlainValue, SecretValue } from './environment-rows.tsx'

export interface EnvironmentFormProps {
  readonly scope: Scope
  readonly namespace: string
  /** As it is now. */
  readonly known: Known
  /** How many functions are deployed again when it changes. */
  readonly functions: number
}

/** What all functions of a namespace find in their environment; their own values come before these. */
export function EnvironmentForm({ scope, namespace, known, functions }: EnvironmentFormProps) {
  const queryClient = useQueryClient()
  const [edited, setEdited] = useState<Environment>()
  const [isChecked, setChecked] = useState(false)
  const nextId = useRef(1_000_000)
  const environment = edited ?? environmentOf(known)
  const change = changeOf(known, environment)
  const faults = faultsOf(environment)
  const isDirty = edited !== undefined && (Object.keys(change).length > 0 || faults.size > 0)
  const mutation = useMutation({
    mutationFn: () => api.namespaces.update(scope, namespace, change),
    async onSuccess() {
      await queryClient.invalidateQueries({ queryKey: ['namespaces', scope] })
      // Secret values stay nowhere in the page.
      setEdited(undefined)
      setChecked(false)
    },
  })
  const { plain, secret } = environment
  const set = (changed: Partial<Environment>) => setEdited({ ...environment, ...changed })
  const add = () => ({ id: nextId.current++, name: '', value: '' })
  const faultOf = ({ id, name }: PlainRow | SecretRow, member: string) =>
    (isChecked ? faults.get(id) : undefined) ?? refusalOf(mutation.error, `${member}.${name}`)
  const submit = () => {
    setChecked(true)
    if (faults.size === 0) mutation.mutate()
  }
  return (
    <Stack
      component="form"
      onSubmit={(event) => {
        event.preventDefault()
        submit()
      }}
    >
      <LeaveGuard isDirty={isDirty} />
      <Title order={3} size="h5">
        Plain values
      </Title>
      {plain.length === 0 && <Text c="dimmed">There are none.</Text>}
      {plain.map((row) => (
        <PlainValue
          key={row.id}
          row={row}
          fault={faultOf(row, 'envs')}
          onChange={(next) => set({ plain: plain.map((one) => (one === row ? next : one)) })}
          onRemove={() => set({ plain: plain.filter((one) => one !== row) })}
        />
      ))}
      <Group>
        <AddButton label="Add a plain value" onClick={() => set({ plain: [...plain, add()] })} />
      </Group>
      <Title order={3} size="h5">
        Secret values
      </Title>
      <Text size="sm" c="dimmed">
        They are kept sealed, reach the functions, and are shown nowhere again: not here either.
      </Text>
      {secret.length === 0 && <Text c="dimmed">There are none.</Text>}
      {secret.map((row) => (
        <SecretValue
          key={row.id}
          row={row}
          fault={faultOf(row, 'secret_envs')}
          onChange={(next) => set({ secret: secret.map((one) => (one === row ? next : one)) })}
          onRemove={() => set({ secret: secret.filter((one) => one !== row) })}
        />
      ))}
      <Group>
        <AddButton
          label="Add a secret value"
          onClick={() => set({ secret: [...secret, { ...add(), isNew: true }] })}
        />
      </Group>
      {mutation.isError && <ErrorNote error={mutation.error} />}
      <Group align="center">
        <Button type="submit" loading={mutation.isPending} disabled={!isDirty}>
          Save environment
        </Button>
        <Button
          variant="default"
          disabled={edited === undefined}
          onClick={() => {
            setEdited(undefined)
            mutation.reset()
          }}
        >
          Discard changes
        </Button>
        {isDirty && functions > 0 && (
          <Text size="sm" c="dimmed">
            The functions of the namespace are deployed again with it.
          </Text>
        )}
      </Group>
      <DeployState taskId={mutation.data?.tasks[0]} />
    </Stack>
  )
}

function AddButton({ label, onClick }: { readonly label: string; readonly onClick: () => void }) {
  return (
    <Button
      variant="default"
      size="xs"
      leftSection={<IconPlus size={14} aria-hidden />}
      onClick={onClick}
    >
      {label}
    </Button>
  )
}

function refusalOf(error: unknown, field: string): string | undefined {
  if (!(error instanceof ApiError)) return undefined
  const refused = error.fields.find((one) => one.field === field)
  return refused && `This ${refused.message}.`
}
