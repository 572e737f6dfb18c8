import { Button, Checkbox, Group, Modal, Select, Stack, Text, TextInput } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Link } from 'react-router'
import type { CreatedApiKeySerializer } from '../../../src/client/types.ts'
import { GRACE_SECONDS } from '../../../src/domain/key-rotation.ts'
import { api } from '../app/api.ts'
import { places } from '../app/places.ts'
import { useScope } from '../app/scope.ts'
import { DialogForm } from '../ui/dialog-form.tsx'
import { serverErrors } from '../ui/server-errors.ts'
import type { KeyDialogProps } from './delete-key.tsx'
import { LastUse } from './key-last-use.tsx'
import { keyQuery, keysChanged } from './key-queries.ts'
import { hardEndOf, localDateTime, OWN_DATE } from './rotate-times.ts'
import { SecretDialog } from './secret-dialog.tsx'

const GRACES = [
  { value: '0', label: 'None: it ends with the first use' },
  { value: '3600', label: '1 hour' },
  { value: '86400', label: '1 day' },
  { value: '172800', label: '2 days' },
  { value: '604800', label: '7 days' },
  { value: '2592000', label: '30 days' },
]
const HARD_ENDS = [
  { value: '7', label: 'in 7 days' },
  { value: '30', label: 'in 30 days' },
  { value: '60', label: 'in 60 days' },
  { value: '90', label: 'in 90 days' },
  { value: OWN_DATE, label: 'at another time' },
]

/** Gives a key a second secret, which is shown once; the old one works on for a while. */
export function RotateKey({ apiKey, onClose }: KeyDialogProps) {
  const scope = useScope()
  const queryClient = useQueryClient()
  const fresh = useQuery({ ...keyQuery(scope, apiKey.name), staleTime: 0 })
  const key = fresh.data?.key ?? apiKey
  const [grace, setGrace] = useState(String(GRACE_SECONDS))
  const [hardEnd, setHardEnd] = useState('30')
  const [ownEnd, setOwnEnd] = useState('')
  const [replaces, setReplaces] = useState(false)
  // The one place where the new secret is: what a mutation returns would be kept in a cache.
  const [created, setCreated] = useState<CreatedApiKeySerializer>()

  const rotation = useMutation({
    mutationFn: async () => {
      const answer = await api.keys.rotate(scope, key.name, {
        grace_seconds: Number(grace),
        hard_end: hardEndOf(hardEnd, ownEnd, Date.now()),
        ...(key.rotation !== null && { replace: replaces }),
      })
      setCreated(answer)
      await keysChanged(queryClient, scope)
    },
    // Where the answer was lost the rotation may have been made: then it can be replaced.
    onError: () => void fresh.refetch(),
  })
  if (created !== undefined) {
    return <SecretDialog created={created} onSecret={setCreated} onClose={onClose} />
  }
  if (key.status === 'Expired') {
    return (
      <Modal opened onClose={onClose} title={`${key.name} has expired`}>
        <Stack>
          <Text size="sm">A new secret would expire with it. Renew the key first.</Text>
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button
              component={Link}
              to={places.editKey(scope, key.name, 'expiration')}
              data-autofocus
            >
              Renew
            </Button>
          </Group>
        </Stack>
      </Modal>
    )
  }
  const { placed: errors, rest } = serverErrors(rotation.error, ['grace_seconds', 'hard_end'])
  const isUnderWay = key.rotation !== null
  // The secret is to come: it would find nobody.
  const close = () => !rotation.isPending && onClose()
  return (
    <Modal opened onClose={close} title={`Rotate ${key.name}?`}>
      <DialogForm
        action="Rotate"
        isPending={rotation.isPending}
        isDisabled={(isUnderWay && !replaces) || (hardEnd === OWN_DATE && ownEnd === '')}
        error={rest}
        onSubmit={() => rotation.mutate()}
        onCancel={close}
      >
        <Text size="sm">
          The key gets a second secret and stays what it is. Both work until callers have changed to
          the new one. <LastUse used={key} />
        </Text>
        <Select
          label="The old secret works on for"
          description="Counted from the first use of the new one."
          data={GRACES}
          value={grace}
          onChange={(value) => setGrace(value ?? grace)}
          error={errors.grace_seconds}
          allowDeselect={false}
          data-autofocus
        />
        <Select
          label="And ends at the latest"
          description="Even if nobody uses the new one."
          data={HARD_ENDS}
          value={hardEnd}
          onChange={(value) => setHardEnd(value ?? hardEnd)}
          error={hardEnd === OWN_DATE ? undefined : errors.hard_end}
          allowDeselect={false}
        />
        {hardEnd === OWN_DATE && (
          <TextInput
            type="datetime-local"
            label="Date and time"
            description="In your time zone; within 90 days."
            min={localDateTime(Date.now())}
            value={ownEnd}
            onChange={(event) => setOwnEnd(event.currentTarget.value)}
            error={errors.hard_end}
          />
        )}
        {key.rotation !== null && (
          <Stack gap="xs">
            <Text size="sm">
              A rotation is under way already. There are never more than two secrets:{' '}
              {key.rotation.new_used_at === null
                ? `the one that was never used (${key.hint}) ends, and the old one (${key.rotation.old_hint}) stays the old one.`
                : `the old one (${key.rotation.old_hint}) ends now, and the present one (${key.hint}) becomes the old one.`}
            </Text>
            <Checkbox
              label="Replace that rotation"
              checked={replaces}
              onChange={(event) => setReplaces(event.currentTarget.checked)}
            />
          </Stack>
        )}
      </DialogForm>
    </Modal>
  )
}
