import { PublicError } from '../domain/errors.ts'
import type { ChangeContext } from './requests.ts'

/**
 * To be asked in the transaction of the change, so that of two who have read the same only one can be
 * the first.
 */
export function requireUnchanged(
  { onlyIf }: ChangeContext,
  kind: 'key' | 'function' | 'namespace',
  name: string,
  editTag: string,
): void {
  if (onlyIf === undefined || onlyIf.includes(editTag)) return
  const detail = `The ${kind} ${name} is not as you have read it: it was changed meanwhile.`
  throw new PublicError('changed_meanwhile', detail)
}
