import { Select, Stack, Text, TextInput } from '@mantine/core'
import { api } from '../app/api.ts'
import { DialogForm } from '../ui/dialog-form.tsx'
import { serverErrors } from '../ui/server-errors.ts'
import { useMadeOnce } from '../ui/use-made-once.ts'
import { ExpiryChoice } from './expiry-choice.tsx'
import type { GivableRoles } from './givable-roles.ts'
import { RoleRadios } from './role-radios.tsx'
import { useTokenDraft } from './token-draft.ts'

const FIELDS = ['name', 'description', 'expire']

export interface TokenFormProps {
  readonly onMade: (secret: string) => void
  readonly onClose: () => void
}

export function TokenForm({ onMade, onClose }: TokenFormProps) {
  const { places, typed, set, body } = useTokenDraft()
  const creation = useMadeOnce({
    make: async (wanted: NonNullable<typeof body>, options) =>
      (await api.tokens.create(wanted, options)).token,
    onMade,
    changes: [['tokens']],
  })
  const { placed: refused, rest } = serverErrors(creation.error, FIELDS)
  const { place } = typed
  if (place === undefined) return <Text>You have no role that a token could be given.</Text>
  return (
    <DialogForm
      action="Create API token"
      isPending={creation.isPending}
      isDisabled={body === undefined}
      error={rest}
      onSubmit={() => body && creation.mutate(body)}
      onCancel={onClose}
    >
      <TextInput
        label="Name"
        description="Tells the token from others, as in the audit log: ci, backup."
        value={typed.name}
        onChange={(event) => set({ name: event.currentTarget.value })}
        error={refused.name}
        maxLength={100}
        autoComplete="off"
        required
        data-autofocus
      />
      <TextInput
        label="Description"
        value={typed.description}
        onChange={(event) => set({ description: event.currentTarget.value })}
        error={refused.description}
        maxLength={255}
        autoComplete="off"
      />
      <Stack gap="md">
        <PlaceSelect places={places} value={place} onChange={(placeId) => set({ placeId })} />
        <RoleRadios
          label="Role of the token"
          value={typed.role}
          onChange={(role) => set({ role })}
          roles={place.roles}
        />
      </Stack>
      <ExpiryChoice
        value={typed.expiry}
        onChange={(expiry) => set({ expiry })}
        error={refused.expire}
      />
    </DialogForm>
  )
}

interface PlaceSelectProps {
  readonly places: readonly GivableRoles[]
  readonly value: GivableRoles
  readonly onChange: (placeId: number | null) => void
}

const ALL = 'all'

function PlaceSelect({ places, value, onChange }: PlaceSelectProps) {
  return (
    <Select
      label="Where"
      data={places.map(({ projectId, label }) => ({ value: choiceOf(projectId), label }))}
      value={choiceOf(value.projectId)}
      onChange={(next) => next !== null && onChange(next === ALL ? null : Number(next))}
      allowDeselect={false}
    />
  )
}

function choiceOf(projectId: number | null): string {
  return projectId === null ? ALL : String(projectId)
}
