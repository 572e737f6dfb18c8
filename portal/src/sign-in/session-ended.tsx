import { Button, Modal, Stack, Text } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useMe } from '../app/me.ts'
import { places } from '../app/places.ts'
import { startAnew } from '../app/session-state.ts'
import { LogInForm } from './log-in-form.tsx'

/** Over the page, which stays as it is; covered wholly after a log-out. */
export default function SessionEnded({ isHidden }: { readonly isHidden: boolean }) {
  const me = useMe()
  const queryClient = useQueryClient()
  return (
    <Modal
      opened
      onClose={() => undefined}
      withCloseButton={false}
      closeOnEscape={false}
      closeOnClickOutside={false}
      title={isHidden ? 'You have logged out' : 'Your session has ended'}
      overlayProps={isHidden ? { backgroundOpacity: 1, color: 'var(--mantine-color-body)' } : {}}
      zIndex={900}
      centered
    >
      <Stack>
        <Text size="sm">
          {isHidden ? 'In another tab of this browser. ' : ''}
          Log in again as {me.name} to go on where you were. What you have typed is still there.
        </Text>
        <LogInForm
          email={me.kind === 'user' ? me.name : ''}
          by={me.kind === 'user' ? 'password' : 'token'}
          onDone={() => void queryClient.invalidateQueries()}
        />
        <Button variant="subtle" color="gray" onClick={() => startAnew(places.signIn())}>
          Log in as somebody else
        </Button>
      </Stack>
    </Modal>
  )
}
