import { Alert, Button, Group, Modal, Stack, Text } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import type { CreatedApiKeySerializer } from '../../../src/client/types.ts'
import { api } from '../app/api.ts'
import { useScope } from '../app/scope.ts'
import { DownloadButton } from '../ui/download-button.tsx'
import { LeaveGuard } from '../ui/leave-guard.tsx'
import { ShownOnce } from '../ui/shown-once.tsx'
import { ErrorNote } from '../ui/states.tsx'
import { useMadeOnce } from '../ui/use-made-once.ts'
import { accessOf, opensNothing } from './access.ts'
import { timeText } from './expiration-time.ts'
import { usePropagation } from './key-propagation.tsx'
import { Snippets } from './secret-snippets.tsx'
import { envFile } from './secret-text.ts'

export interface SecretDialogProps {
  /** The one answer with the secret, which is empty when that answer was lost. */
  readonly created: CreatedApiKeySerializer
  readonly onSecret: (created: CreatedApiKeySerializer) => void
  readonly onClose: () => void
}

/** The secret of a new key, this once. It is left when the reader says that it is kept, and not by accident. */
export function SecretDialog({ created, onSecret, onClose }: SecretDialogProps) {
  const scope = useScope()
  const isLost = created.secret === ''
  return (
    <>
      <Modal
        opened
        onClose={() => {}}
        withCloseButton={false}
        closeOnEscape={false}
        closeOnClickOutside={false}
        size="lg"
        title={isLost ? `${created.name} is made` : `The secret of ${created.name}`}
      >
        {isLost ? (
          <LostSecret created={created} onSecret={onSecret} onClose={onClose} />
        ) : (
          <ShownOnce
            what="secret"
            secret={created.secret}
            onClose={onClose}
            beside={
              <DownloadButton fileName={`${created.name}.env`} content={() => envFile(created)}>
                Download .env
              </DownloadButton>
            }
          >
            <Standing created={created} />
            <Snippets scope={scope} created={created} />
          </ShownOnce>
        )}
      </Modal>
      <LeaveGuard isDirty={!isLost} title="Leave without the secret?">
        It is shown here once. If it is not kept, the key must be rotated to get another one.
      </LeaveGuard>
    </>
  )
}

/** From when on it works, and where not yet. */
function Standing({ created }: { readonly created: CreatedApiKeySerializer }) {
  const { id, status, not_before: notBefore } = created
  const { data } = usePropagation(useScope(), id)
  const late = (data?.nodes ?? []).filter(({ applied, counts }) => !applied && counts)
  if (late.length > 0) {
    return (
      <Alert color="yellow" icon={<IconAlertTriangle aria-hidden />}>
        The secret is not known yet on {late.map(({ name }) => name).join(', ')}: until then calls
        that come there are answered 401.
      </Alert>
    )
  }
  if (opensNothing(accessOf(created))) {
    return <Text size="sm">It opens nothing until the key is given functions.</Text>
  }
  if (status === 'Active') {
    return (
      <Text size="sm">
        {data?.state === 'applied'
          ? 'It works from now on.'
          : 'It works as soon as every node knows of it.'}
      </Text>
    )
  }
  return notBefore === null ? null : (
    <Text size="sm">The key works from {timeText(notBefore)}.</Text>
  )
}

/** Nobody has the secret, so there is nothing that the old one must go on for. */
function LostSecret({ created, onSecret, onClose }: SecretDialogProps) {
  const scope = useScope()
  const rotation = useMadeOnce({
    make: (replacing: { readonly replace?: boolean }, options) =>
      api.keys.rotate(scope, created.name, { grace_seconds: 0, ...replacing }, options),
    onMade: onSecret,
  })
  const rotate = () => rotation.mutate(created.rotation === null ? {} : { replace: true })
  return (
    <Stack>
      <Alert
        color="yellow"
        icon={<IconAlertTriangle aria-hidden />}
        title="Its secret did not reach this page"
      >
        <Text size="sm">
          The key was made by an earlier try whose answer was lost, and a secret is shown only once.
          Get a new secret for it: the first one, which nobody has, ends when the new one is used.
        </Text>
      </Alert>
      {rotation.isError && <ErrorNote error={rotation.error} />}
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          Later
        </Button>
        <Button loading={rotation.isPending} onClick={rotate} data-autofocus>
          Get a new secret
        </Button>
      </Group>
    </Stack>
  )
}
