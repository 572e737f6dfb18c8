import { Button, Group, Paper, Text } from '@mantine/core'

export interface SaveBarProps {
  readonly isDirty: boolean
  readonly isPending: boolean
  readonly onReset: () => void
  /** `Save` unless said otherwise; it submits the form around it. */
  readonly action?: string
  /** Why it cannot be saved, `This needs the role editor on this project.`; absent when it can. */
  readonly reason?: string | undefined
}

/** At the foot of a form, in sight while there is something to save. */
export function SaveBar({ isDirty, isPending, onReset, action = 'Save', reason }: SaveBarProps) {
  return (
    <Paper
      mt="lg"
      py="sm"
      pos={isDirty ? 'sticky' : 'static'}
      bottom={0}
      style={{ zIndex: 2, borderTop: '1px solid var(--mantine-color-default-border)' }}
      radius={0}
    >
      <Group justify="flex-end" gap={0}>
        <Text size="sm" c="dimmed" aria-live="polite" mr="sm">
          {reason ?? (isDirty ? 'There are unsaved changes.' : '')}
        </Text>
        <Group justify="flex-end" gap="sm">
          <Button variant="default" disabled={!isDirty || isPending} onClick={onReset}>
            Discard changes
          </Button>
          <Button type="submit" disabled={!isDirty || reason !== undefined} loading={isPending}>
            {action}
          </Button>
        </Group>
      </Group>
    </Paper>
  )
}
