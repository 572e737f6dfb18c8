import { ActionIcon, Fieldset, Group, Stack, Text, TextInput } from '@mantine/core'
import { IconTrash } from '@tabler/icons-react'
import {
  isLabelName,
  isLabelValue,
  LABEL_NAME_RULE,
  LABEL_VALUE_RULE,
  LABELS_MAX,
} from '../../../src/domain/key-rules.ts'
import { AddButton } from '../ui/add-button.tsx'
import type { LabelPair } from './edit-draft.ts'

export interface EditLabelsProps {
  readonly value: readonly LabelPair[]
  readonly onChange: (labels: readonly LabelPair[]) => void
  readonly error?: string | undefined
}

/** Names with values, to search by. */
export function EditLabels({ value, onChange, error }: EditLabelsProps) {
  const put = (at: number, pair: LabelPair) => onChange(value.with(at, pair))
  return (
    <Fieldset
      legend="Labels"
      maw={560}
      mx={0}
      styles={{ legend: { fontSize: 'var(--mantine-font-size-sm)', fontWeight: 500 } }}
    >
      <Stack gap="xs">
        <Text size="sm" c="dimmed">
          To search keys by. They mean nothing to Latchkey.
        </Text>
        {value.map(([name, text], at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a line has nothing else that stays while it is typed in
          <Group key={at} gap="xs" wrap="nowrap" align="flex-start">
            <TextInput
              aria-label={`Name of label ${at + 1}`}
              placeholder="team"
              value={name}
              onChange={(event) => put(at, [event.currentTarget.value, text])}
              error={nameFault(value, at)}
              flex={1}
              spellCheck={false}
            />
            <TextInput
              aria-label={`Value of label ${at + 1}`}
              placeholder="payments"
              value={text}
              onChange={(event) => put(at, [name, event.currentTarget.value])}
              error={isLabelValue(text) ? undefined : `The value ${LABEL_VALUE_RULE}.`}
              flex={1}
              spellCheck={false}
            />
            <ActionIcon
              variant="subtle"
              color="gray"
              size={36}
              aria-label={`Remove label ${at + 1}`}
              onClick={() => onChange(value.toSpliced(at, 1))}
            >
              <IconTrash size={16} aria-hidden />
            </ActionIcon>
          </Group>
        ))}
        {error !== undefined && (
          <Text size="sm" c="red" role="alert">
            {error}
          </Text>
        )}
        <AddButton
          label="Add a label"
          disabled={value.length >= LABELS_MAX}
          onClick={() => onChange([...value, ['', '']])}
        />
      </Stack>
    </Fieldset>
  )
}

export function labelsAreFine(labels: readonly LabelPair[]): boolean {
  return labels.every(([, value], at) => nameFault(labels, at) === undefined && isLabelValue(value))
}

function nameFault(labels: readonly LabelPair[], at: number): string | undefined {
  const [name, value] = labels[at]!
  // It counts as none until something is typed.
  if (name === '' && value === '') return undefined
  if (!isLabelName(name)) return `The name ${LABEL_NAME_RULE}.`
  return labels.some(([other], i) => i < at && other === name) ? 'It is there already.' : undefined
}
