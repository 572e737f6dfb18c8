import type { KeyEntry } from '../domain/routes.ts'
import {
  FLAG_ASCII,
  FLAG_AWAITED,
  FLAG_DISABLED,
  FLAG_EXTRAS,
  FLAG_HAS_OLD,
  FLAG_OLD,
  NAMESPACE_ID_BEGIN,
  OLD_ID_END,
} from './layout.ts'

/* What of a key's entry is said in another way in its record, and how it is read back. */

const NOT_ASCII = /[^\0-\x7f]/

/** The id of the record of an entry. */
export function recordIdOf({ keyId, isOld }: KeyEntry): string {
  return isOld === true ? oldRecordId(keyId) : keyId
}

/** The id of the record of a key's old secret. */
export function oldRecordId(keyId: string): string {
  return keyId + OLD_ID_END
}

export function keyIdOf(recordId: string, flags: number): string {
  return flags & FLAG_OLD ? recordId.slice(0, -OLD_ID_END.length) : recordId
}

/** Each once, as the numbers know them. */
export function openedIds({ functionIds, namespaceIds }: KeyEntry): readonly string[] {
  const ids = functionIds.length > 1 ? [...new Set(functionIds)] : functionIds
  if (namespaceIds === undefined) return ids
  return [...ids, ...new Set(namespaceIds.map((id) => NAMESPACE_ID_BEGIN + id))]
}

export function grantMembers(
  openedIds: readonly string[],
): Pick<KeyEntry, 'functionIds' | 'namespaceIds'> {
  const [functionIds, namespaceIds]: [string[], string[]] = [[], []]
  for (const id of openedIds) {
    if (id.startsWith(NAMESPACE_ID_BEGIN)) namespaceIds.push(id.slice(NAMESPACE_ID_BEGIN.length))
    else functionIds.push(id)
  }
  functionIds.sort()
  return namespaceIds.length === 0
    ? { functionIds }
    : { functionIds, namespaceIds: namespaceIds.sort() }
}

export function flagsOf(entry: KeyEntry, hasExtras: boolean): number {
  let flags = NOT_ASCII.test(entry.keyId) || NOT_ASCII.test(entry.name) ? 0 : FLAG_ASCII
  if (entry.isDisabled) flags |= FLAG_DISABLED
  if (entry.isOld) flags |= FLAG_OLD
  if (entry.hasOld) flags |= FLAG_HAS_OLD
  if (entry.isAwaited) flags |= FLAG_AWAITED
  return hasExtras ? flags | FLAG_EXTRAS : flags
}

export function flagMembers(
  flags: number,
): Pick<KeyEntry, 'isDisabled' | 'isOld' | 'hasOld' | 'isAwaited'> {
  return {
    ...(flags & FLAG_DISABLED ? { isDisabled: true } : {}),
    ...(flags & FLAG_OLD ? { isOld: true } : {}),
    ...(flags & FLAG_HAS_OLD ? { hasOld: true } : {}),
    ...(flags & FLAG_AWAITED ? { isAwaited: true } : {}),
  }
}
