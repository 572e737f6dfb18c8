import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import { Link } from 'react-router'
import { places } from '../app/places.ts'
import { useScope } from '../app/scope.ts'
import { DialogForm } from '../ui/dialog-form.tsx'
import { LeaveGuard } from '../ui/leave-guard.tsx'
import { serverErrors } from '../ui/server-errors.ts'
import type { KeyDialogProps } from './delete-key.tsx'
import { LastUse } from './key-last-use.tsx'
import { RotateFields } from './rotate-fields.tsx'
import { SecretDialog } from './secret-dialog.tsx'
import { useRotation } from './use-rotation.ts'

const SENT = ['grace_seconds', 'hard_end']

/** Gives a key a second secret, which is shown once; the old one works on for a while. */
export function RotateKey({ apiKey, onClose }: KeyDialogProps) {
  const rotation = useRotation(apiKey)
  const { key, created, isPending } = rotation
  if (created !== undefined) {
    return <SecretDialog created={created} onSecret={rotation.setCreated} onClose={onClose} />
  }
  if (key.status === 'Expired') return <RenewFirst name={key.name} onClose={onClose} />
  const { placed: errors, rest } = serverErrors(rotation.error, SENT)
  // The secret is to come: it would find nobody.
  const close = () => !isPending && onClose()
  return (
    <>
      <Modal opened onClose={close} title={`Rotate ${key.name}?`}>
        <DialogForm
          action="Rotate"
          isPending={isPending}
          isDisabled={!rotation.isReady}
          error={rest}
          onSubmit={rotation.rotate}
          onCancel={close}
        >
          <Text size="sm">
            The key gets a second secret and stays what it is. Both work until callers have changed
            to the new one. <LastUse used={key} />
          </Text>
          <RotateFields apiKey={key} rotation={rotation} errors={errors} />
        </DialogForm>
      </Modal>
      <LeaveGuard isDirty={isPending} title="Leave without the secret?">
        The new secret is on its way. It is shown here once, and nowhere else.
      </LeaveGuard>
    </>
  )
}

interface RenewFirstProps {
  readonly name: string
  readonly onClose: () => void
}

function RenewFirst({ name, onClose }: RenewFirstProps) {
  const scope = useScope()
  return (
    <Modal opened onClose={onClose} title={`${name} has expired`}>
      <Stack>
        <Text size="sm">A new secret would expire with it. Renew the key first.</Text>
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button component={Link} to={places.editKey(scope, name, 'expiration')} data-autofocus>
            Renew
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}
