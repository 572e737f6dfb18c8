import { Modal, Select, Stack, Text, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import type { MeSerializer } from '../../../src/client/types.ts'
import { ROLES, type Role, reaches, roleOn, roleOnAll } from '../../../src/domain/role.ts'
import { api } from '../app/api.ts'
import { useChangeKey } from '../app/change-key.ts'
import { useCurrentScope } from '../app/current-scope.ts'
import { useMe } from '../app/me.ts'
import { DialogForm } from '../ui/dialog-form.tsx'
import { serverErrors } from '../ui/server-errors.ts'
import { ShownOnce } from '../ui/shown-once.tsx'
import { EXPIRES_IN_90_DAYS, ExpiryChoice, expiryOf } from './expiry-choice.tsx'
import { useProjectNames } from './project-names.ts'
import { RoleRadios } from './role-radios.tsx'

export interface CreateTokenProps {
  readonly opened: boolean
  readonly onClose: () => void
}

/** Asks what the token may do, then shows it once. */
export function CreateToken({ opened, onClose }: CreateTokenProps) {
  const [secret, setSecret] = useState<string>()
  const isShown = secret !== undefined
  const close = () => {
    setSecret(undefined)
    onClose()
  }
  return (
    <Modal
      // What comes after it was closed is shown all the same: there is no other time.
      opened={opened || isShown}
      onClose={close}
      title={isShown ? 'Keep the API token' : 'Create API token'}
      closeButtonProps={{ 'aria-label': 'Close' }}
      withCloseButton={!isShown}
      closeOnEscape={!isShown}
      closeOnClickOutside={!isShown}
    >
      {isShown ? (
        <ShownOnce what="API token" secret={secret} onClose={close}>
          <Text size="sm">
            Programs send it as <code>Authorization: apikey …</code>, and the command line takes it
            with <code>latchkey login</code>.
          </Text>
        </ShownOnce>
      ) : (
        <Form onMade={setSecret} onClose={close} />
      )}
    </Modal>
  )
}

const ALL = 'all'

function Form({
  onMade,
  onClose,
}: {
  readonly onMade: (secret: string) => void
  readonly onClose: () => void
}) {
  const queryClient = useQueryClient()
  const changeKey = useChangeKey()
  const { projectId } = useCurrentScope()
  const choices = useGivable()
  const [name, setName] = useState('')
  const [description, setDescription] = useState('')
  const [place, setPlace] = useState(
    choices.find(({ value }) => value === String(projectId))?.value ?? choices[0]?.value ?? '',
  )
  const roles = choices.find(({ value }) => value === place)?.roles ?? []
  const [chosen, setChosen] = useState<Role>('editor')
  const role = roles.includes(chosen) ? chosen : (roles.at(-1) ?? 'invoker')
  const [expiry, setExpiry] = useState(EXPIRES_IN_90_DAYS)
  // The same however often it is sent.
  const expire = useMemo(() => expiryOf(expiry, Date.now()), [expiry])
  const mutation = useMutation({
    mutationFn: async () => {
      const body = {
        name: name.trim(),
        description,
        roles: [{ project_id: place === ALL ? null : Number(place), role }],
        expire: expire ?? null,
      }
      const idempotencyKey = changeKey.keyFor(body)
      const { token } = await api.tokens.create(body, { idempotencyKey })
      // What is returned here is kept by the query client: not the secret.
      onMade(token)
    },
    onSettled: (_data, error) => changeKey.ended(error ?? undefined),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['tokens'] }),
  })
  const { placed: refused, rest } = serverErrors(mutation.error, ['name', 'description', 'expire'])
  if (choices.length === 0) {
    return <Text>You have no role that a token could be given.</Text>
  }
  return (
    <DialogForm
      action="Create API token"
      isPending={mutation.isPending}
      isDisabled={name.trim() === '' || expire === undefined}
      error={rest}
      onSubmit={() => mutation.mutate()}
      onCancel={onClose}
    >
      <TextInput
        label="Name"
        description="Tells the token from others, as in the audit log: ci, backup."
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        error={refused.name}
        maxLength={100}
        autoComplete="off"
        required
        data-autofocus
      />
      <TextInput
        label="Description"
        value={description}
        onChange={(event) => setDescription(event.currentTarget.value)}
        error={refused.description}
        maxLength={255}
        autoComplete="off"
      />
      <Stack gap="md">
        <Select
          label="Where"
          data={choices.map(({ value, label }) => ({ value, label }))}
          value={place}
          onChange={(next) => setPlace(next ?? place)}
          allowDeselect={false}
        />
        <RoleRadios label="Role of the token" value={role} onChange={setChosen} roles={roles} />
      </Stack>
      <ExpiryChoice value={expiry} onChange={setExpiry} error={refused.expire} />
    </DialogForm>
  )
}

interface Givable {
  readonly value: string
  readonly label: string
  readonly roles: readonly Role[]
}

/** People give what they have; tokens give where they are owners. */
function useGivable(): Givable[] {
  const me = useMe()
  const projectName = useProjectNames()
  const projects = [
    ...new Set([...me.roles.map((one) => one.project_id), useCurrentScope().projectId]),
  ]
  return [null, ...projects.filter((id) => id !== null)].flatMap((id) => {
    const roles = givableOn(me, id)
    if (roles.length === 0) return []
    const label = id === null ? 'All projects' : projectName(id)
    return [{ value: id === null ? ALL : String(id), label, roles }]
  })
}

function givableOn({ kind, roles }: MeSerializer, projectId: number | null): readonly Role[] {
  const held = roles.map((one) => ({ projectId: one.project_id, role: one.role }))
  const role = projectId === null ? roleOnAll(held) : roleOn(held, projectId)
  if (kind === 'token' && role !== 'owner') return []
  return ROLES.filter((least) => reaches(role, least))
}
