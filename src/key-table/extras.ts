import { permits } from '../domain/grant-limits.ts'
import type { GrantLimits } from '../domain/key.ts'
import type { KeyOpening, KeyUse } from '../domain/key-verdict.ts'
import type { KeyEntry } from '../domain/routes.ts'
import { extrasBegin } from './layout.ts'

/** What few keys have: a part of the record as JSON, which the records of other keys do without. */
export type Extras = Pick<KeyEntry, 'notBeforeMs' | 'limited'>

/** Undefined for a key that has none. */
export function extrasText({ notBeforeMs, limited = [] }: Extras): string | undefined {
  if (notBeforeMs === undefined && limited.length === 0) return undefined
  const extras = { notBeforeMs, limited: limited.length === 0 ? undefined : limited }
  return JSON.stringify(extras)
}

export function extrasOfText(text: string): Extras {
  return JSON.parse(text) as Extras
}

/** Of a record that has extras. */
export function readExtrasText(words: Int32Array, bytes: Buffer, at: number): string {
  const begin = extrasBegin(words, at)
  return bytes.toString('utf8', (begin + 1) * 4, (begin + 1) * 4 + words[begin]!)
}

/** The extras of one key as requests are judged by them. */
export class ReadExtras {
  /** Null for always. */
  readonly notBeforeMs: number | null
  /** By the id of a function or a namespace. */
  readonly #limits = new Map<string, GrantLimits[]>()

  constructor({ notBeforeMs, limited = [] }: Extras) {
    this.notBeforeMs = notBeforeMs ?? null
    for (const { id, methods, paths } of limited) {
      const limits = this.#limits.get(id)
      if (limits === undefined) this.#limits.set(id, [{ methods, paths }])
      else limits.push({ methods, paths })
    }
  }

  /** Grants add up: one that permits the request is enough. */
  opens({ functionId, namespaceId, method, target }: KeyUse): KeyOpening {
    const ofFunction = this.#limits.get(functionId) ?? []
    const ofNamespace = this.#limits.get(namespaceId) ?? []
    if (ofFunction.length + ofNamespace.length === 0) return 'not-granted'
    const isPermitted = (limits: GrantLimits) => permits(limits, method, target)
    return ofFunction.some(isPermitted) || ofNamespace.some(isPermitted)
      ? 'allowed'
      : 'not-permitted'
  }
}
