import { Alert, Button, Group, List } from '@mantine/core'

export interface ConfigurationClashProps {
  /** What was saved meanwhile, by its label. */
  readonly theirs: readonly (readonly [label: string, value: string])[]
  readonly onTakeTheirs: () => void
  readonly onInsist: () => void
}

/** Somebody else has saved something in the same fields: whose stays is asked. */
export function ConfigurationClash({ theirs, onTakeTheirs, onInsist }: ConfigurationClashProps) {
  return (
    <Alert
      color="yellow"
      role="alert"
      title="Somebody else has changed the same meanwhile. Nothing of yours was saved."
    >
      <List size="sm" mb="xs">
        {theirs.map(([label, value]) => (
          <List.Item key={label}>
            {label} is now: {value === '' ? 'empty' : value}
          </List.Item>
        ))}
      </List>
      <Group gap="xs">
        <Button size="xs" variant="default" onClick={onTakeTheirs}>
          Take theirs, drop mine
        </Button>
        <Button size="xs" variant="default" onClick={onInsist}>
          Keep mine, to save it over theirs
        </Button>
      </Group>
    </Alert>
  )
}
