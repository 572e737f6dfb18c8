import { Alert, Button, Checkbox, Code, Group, Stack, Text } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { type ReactNode, useState } from 'react'
import { CopyButton } from './copy-button.tsx'

export interface ShownOnceProps {
  /** What it is: `API token`. */
  readonly what: string
  /** Empty when the answer that had it was lost. */
  readonly secret: string
  readonly onClose: () => void
  /** Further ways to keep it. */
  readonly beside?: ReactNode
  readonly children?: ReactNode
}

/** The only place and time a secret is shown: it is left when the reader says that it is kept. */
export function ShownOnce({ what, secret, onClose, beside, children }: ShownOnceProps) {
  const [isKept, setKept] = useState(false)
  if (secret === '') {
    return (
      <Stack>
        <Alert color="yellow" icon={<IconAlertTriangle aria-hidden />} title="It cannot be shown">
          It was made, but the answer that had it did not arrive here. Make another one in its
          place.
        </Alert>
        <Group justify="flex-end">
          <Button onClick={onClose} data-autofocus>
            Close
          </Button>
        </Group>
      </Stack>
    )
  }
  return (
    <Stack>
      <Text>
        This is the {what}. It is shown here once and never again: copy it to where it is needed.
      </Text>
      <Code block aria-label={what} style={{ whiteSpace: 'pre-wrap', wordBreak: 'break-all' }}>
        {secret}
      </Code>
      <Group>
        <CopyButton value={secret} label={`Copy the ${what}`} wide />
        {beside}
      </Group>
      {children}
      <Checkbox
        label="I have saved it"
        checked={isKept}
        onChange={(event) => setKept(event.currentTarget.checked)}
      />
      <Group justify="flex-end">
        <Button onClick={onClose} disabled={!isKept}>
          Close
        </Button>
      </Group>
    </Stack>
  )
}
