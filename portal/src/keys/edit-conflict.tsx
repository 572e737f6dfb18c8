import { ChangeConflict, type ChangeConflictProps } from '../ui/change-conflict.tsx'
import { changedFields, FIELD_LABELS, fieldLines, type KeyDraft } from './edit-draft.ts'

export interface EditConflictProps extends Omit<ChangeConflictProps, 'name' | 'fields'> {
  /** As it was when editing began. */
  readonly before: KeyDraft
  readonly mine: KeyDraft
  readonly theirs: KeyDraft
}

/** Somebody else has changed the key since editing began. */
export function EditConflict({ before, mine, theirs, ...rest }: EditConflictProps) {
  const changedByMe = new Set(changedFields(before, mine))
  const fields = changedFields(before, theirs).map((field) => ({
    label: FIELD_LABELS[field],
    theirs: fieldLines(theirs, field),
    mine: changedByMe.has(field) ? fieldLines(mine, field) : undefined,
  }))
  return <ChangeConflict name={before.name} fields={fields} {...rest} />
}
