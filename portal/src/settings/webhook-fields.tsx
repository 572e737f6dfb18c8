import { Checkbox, Radio, SimpleGrid, Stack, TextInput } from '@mantine/core'
import type { EventTypeChoices } from '../../../src/client/types.ts'
import { EVENT_TYPES } from '../../../src/domain/events.ts'
import type { WebhookDraft } from './webhook-draft.ts'

export interface WebhookFieldsProps {
  readonly draft: WebhookDraft
  /** What the server said at each field. */
  readonly refused: Readonly<Record<string, string>>
  readonly onChange: (draft: WebhookDraft) => void
}

export function WebhookFields({ draft, refused, onChange }: WebhookFieldsProps) {
  const set = (changes: Partial<WebhookDraft>) => onChange({ ...draft, ...changes })
  return (
    <>
      <TextInput
        label="URL"
        description="Events are posted to it, signed. Use https: the signature hides nothing."
        placeholder="https://example.com/hooks/latchkey"
        type="url"
        value={draft.url}
        onChange={(event) => set({ url: event.currentTarget.value })}
        error={refused.url}
        autoComplete="off"
        required
        data-autofocus
      />
      <TextInput
        label="Description"
        value={draft.description}
        onChange={(event) => set({ description: event.currentTarget.value })}
        error={refused.description}
        maxLength={255}
        autoComplete="off"
      />
      <Stack gap="xs">
        <Radio.Group
          label="Events"
          value={draft.isAll ? 'all' : 'some'}
          onChange={(choice) => set({ isAll: choice === 'all' })}
          error={refused.events}
        >
          <Stack gap="xs" mt="xs">
            <Radio value="all" label="Every event" description="Those of later versions too." />
            <Radio value="some" label="Only these" />
          </Stack>
        </Radio.Group>
        {!draft.isAll && <Events value={draft.events} onChange={(events) => set({ events })} />}
      </Stack>
    </>
  )
}

interface EventsProps {
  readonly value: readonly EventTypeChoices[]
  readonly onChange: (events: EventTypeChoices[]) => void
}

function Events({ value, onChange }: EventsProps) {
  return (
    <Checkbox.Group
      aria-label="Events that are sent"
      value={[...value]}
      onChange={(events) => onChange(events as EventTypeChoices[])}
      pl="xl"
    >
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="xs">
        {EVENT_TYPES.map((type) => (
          <Checkbox key={type} value={type} label={type} />
        ))}
      </SimpleGrid>
    </Checkbox.Group>
  )
}
