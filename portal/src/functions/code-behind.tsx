import { Alert, Button, Group } from '@mantine/core'
import type { Draft } from './code-draft.ts'

export interface CodeBehindProps {
  readonly draft: Draft
  readonly onShow: () => void
}

/** Somebody else has changed the code that is being written on: whose stays is asked. */
export function CodeBehind({ draft, onShow }: CodeBehindProps) {
  return (
    <Alert
      color="yellow"
      role="alert"
      title="Somebody else has changed the code meanwhile. Nothing of yours was deployed."
    >
      <Group gap="xs">
        <Button size="xs" variant="default" onClick={onShow}>
          Show how theirs differs from yours
        </Button>
        <Button size="xs" variant="default" onClick={draft.takeSaved}>
          Take theirs, drop mine
        </Button>
        <Button size="xs" variant="default" onClick={draft.keepOwn}>
          Keep mine, to deploy it over theirs
        </Button>
      </Group>
    </Alert>
  )
}
