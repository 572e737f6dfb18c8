import { Modal, Stack, Switch, Text, TextInput } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { ApiError } from '../../../src/client/errors.ts'
import { isName } from '../../../src/domain/names.ts'
import { api } from '../app/api.ts'
import { useScope } from '../app/scope.ts'
import { DialogForm } from '../ui/dialog-form.tsx'
import { serverErrors } from '../ui/server-errors.ts'
import { TimeText } from '../ui/time-text.tsx'
import type { DeletedKeyDialogProps } from './deleted-purge.tsx'
import { NAME_RULE } from './edit-general.tsx'
import { ExpirationPicker } from './expiration-picker.tsx'
import { keyPolicyQuery, keysChanged } from './key-queries.ts'

/** Brings a key back; with another name where its own is taken, and with another end when that is past. */
export function RestoreKey({ deleted, onClose }: DeletedKeyDialogProps) {
  const scope = useScope()
  const queryClient = useQueryClient()
  const policy = useQuery(keyPolicyQuery(scope.projectId))
  const taken = useQuery({
    queryKey: ['keys', scope, 'taken', deleted.name],
    queryFn: () => isTaken(scope, deleted.name),
    staleTime: 0,
  })
  const [typed, setTyped] = useState<string>()
  const [expire, setExpire] = useState(deleted.expire)
  const [setsExpire, setSetsExpire] = useState(false)
  const name = typed ?? (taken.data === true ? freeName(deleted.name) : deleted.name)
  const restore = useMutation({
    mutationFn: () =>
      api.deletedKeys.restore(scope, deleted.id, {
        ...(name !== deleted.name && { name }),
        ...(setsExpire && { expire }),
      }),
    onSuccess: () => {
      notifications.show({
        ...{ color: 'green', title: `${name} is back` },
        message: 'It has the secret that it had.',
      })
      void keysChanged(queryClient, scope)
    },
  })
  const { placed: errors, rest } = serverErrors(restore.error, [
    'name',
    ...(setsExpire ? ['expire'] : []),
  ])
  const nameFault = isName(name) ? undefined : NAME_RULE
  return (
    <Modal opened onClose={onClose} title={`Bring ${deleted.name} back?`}>
      <DialogForm
        action="Bring back"
        isPending={restore.isPending}
        isDisabled={taken.isPending || nameFault !== undefined}
        error={rest}
        onSubmit={() => restore.mutate(undefined, { onSuccess: onClose })}
        onCancel={onClose}
      >
        <Text size="sm">
          It comes back with its id, the secret that it had ({deleted.hint}), and what it opened, as
          far as that is still there.
        </Text>
        <TextInput
          label="Name"
          description={
            taken.data === true
              ? `Another key is called ${deleted.name} by now: choose another name.`
              : NAME_RULE
          }
          value={name}
          onChange={(event) => setTyped(event.currentTarget.value)}
          error={errors.name ?? nameFault}
          autoComplete="off"
          spellCheck={false}
          data-autofocus
        />
        <Text size="sm">
          Expires: <TimeText time={deleted.expire} never="never" />
        </Text>
        <Switch
          label="Give it another expiration"
          checked={setsExpire}
          onChange={(event) => setSetsExpire(event.currentTarget.checked)}
        />
        {setsExpire && (
          <Stack>
            <ExpirationPicker
              value={expire}
              onChange={setExpire}
              policy={policy.data}
              error={errors.expire}
            />
          </Stack>
        )}
      </DialogForm>
    </Modal>
  )
}

async function isTaken(scope: Parameters<typeof api.keys.get>[0], name: string): Promise<boolean> {
  try {
    await api.keys.get(scope, name)
    return true
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return false
    throw error
  }
}

const NAME_CHARS_MAX = 26

function freeName(name: string): string {
  return `${name.slice(0, NAME_CHARS_MAX - 2).replace(/-+$/, '')}-2`
}
