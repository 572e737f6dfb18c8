import { Textarea } from '@mantine/core'
import type { KeyDraft } from './edit-draft.ts'
import { EditLabels } from './edit-labels.tsx'

const DESCRIPTION_CHARS_MAX = 4096

export interface KeyNotesProps {
  readonly draft: Pick<KeyDraft, 'description' | 'labels'>
  readonly change: (part: Partial<Pick<KeyDraft, 'description' | 'labels'>>) => void
  readonly errors: Readonly<Record<string, string | undefined>>
}

/** What people write at a key for themselves: it means nothing to who calls. */
export function KeyNotes({ draft, change, errors }: KeyNotesProps) {
  return (
    <>
      <Textarea
        label="Description"
        maw={560}
        autosize
        minRows={2}
        maxRows={8}
        maxLength={DESCRIPTION_CHARS_MAX}
        value={draft.description}
        onChange={(event) => change({ description: event.currentTarget.value })}
        error={errors.description}
      />
      <EditLabels
        value={draft.labels}
        onChange={(labels) => change({ labels })}
        error={errors.labels}
      />
    </>
  )
}
