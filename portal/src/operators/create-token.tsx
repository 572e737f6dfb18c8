import { Text } from '@mantine/core'
import { OnceDialog } from '../ui/once-dialog.tsx'
import { TokenForm } from './token-form.tsx'

export interface CreateTokenProps {
  readonly opened: boolean
  readonly onClose: () => void
}

/** Asks what the token may do, then shows it once. */
export function CreateToken({ opened, onClose }: CreateTokenProps) {
  return (
    <OnceDialog
      opened={opened}
      title="Create API token"
      what="API token"
      note={
        <Text size="sm">
          Programs send it as <code>Authorization: apikey …</code>, and the command line takes it
          with <code>latchkey login</code>.
        </Text>
      }
      onClose={onClose}
    >
      {(onMade, close) => <TokenForm onMade={onMade} onClose={close} />}
    </OnceDialog>
  )
}
