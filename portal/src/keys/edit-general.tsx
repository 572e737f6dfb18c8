import { Button, Group, Stack, Text, TextInput } from '@mantine/core'
import type { FaasApiKeySerializer } from '../../../src/client/types.ts'
import { isName } from '../../../src/domain/names.ts'
import { timeZone } from '../ui/times.ts'
import type { KeyDraft } from './edit-draft.ts'
import { fieldsOf, momentOf } from './expiration-time.ts'
import { KeyNotes } from './key-notes.tsx'

export const NAME_RULE =
  '2 to 26 characters: lower-case letters, digits and hyphens; a letter first, no hyphen last.'

export interface EditGeneralProps {
  readonly apiKey: FaasApiKeySerializer
  readonly draft: KeyDraft
  readonly change: (part: Partial<KeyDraft>) => void
  readonly errors: Readonly<Record<string, string>>
}

/** The tab General. */
export function EditGeneral({ apiKey, draft, change, errors }: EditGeneralProps) {
  return (
    <Stack gap="md">
      <TextInput
        label="Name"
        description={NAME_RULE}
        maw={560}
        value={draft.name}
        onChange={(event) => change({ name: event.currentTarget.value })}
        error={errors.name ?? (isName(draft.name) ? undefined : NAME_RULE)}
        autoComplete="off"
        spellCheck={false}
        required
      />
      <KeyNotes draft={draft} change={change} errors={errors} />
      <Group align="flex-end" gap="xs">
        <TextInput
          type="datetime-local"
          label="Works from"
          description={`Empty: at once. In your time zone, ${timeZone()}.`}
          value={localOf(draft.notBefore)}
          onChange={(event) => change({ notBefore: momentOfLocal(event.currentTarget.value) })}
          error={errors.not_before}
        />
        {draft.notBefore !== null && (
          <Button variant="default" onClick={() => change({ notBefore: null })}>
            At once
          </Button>
        )}
      </Group>
      <Text size="sm" c="dimmed">
        Issued by {apiKey.issued_by === '' ? 'somebody unknown' : apiKey.issued_by}.
      </Text>
    </Stack>
  )
}

function localOf(time: string | null): string {
  if (time === null) return ''
  const fields = fieldsOf(time)
  return `${fields.date}T${fields.time}`
}

/** A field that is half filled is empty. */
function momentOfLocal(local: string): string | null {
  const [date = '', time = ''] = local.split('T')
  return local === '' ? null : (momentOf(date, time.slice(0, 5)) ?? null)
}
