import { createHash } from 'node:crypto'
import type { FunctionName, Scope } from './names.ts'

const LABEL_HASH_CHARS = 8
const LABEL_ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567'

/**
 * The one DNS label under which a function answers, as a host (`<label>.<domain>`) and as the first
 * segment of a path: `<function>-<namespace>-<hash>`, at most 62 characters. Names may hold hyphens
 * and repeat across projects, so 40 bits of SHA-256 over the four parts tell equal pairs apart; the
 * store refuses the rest with a unique index. The same function gets the same label again.
 */
export function endpointLabel(scope: Scope, fn: FunctionName): string {
  const identity = `${scope.projectId}/${scope.regionId}/${fn.namespace}/${fn.name}`
  const digest = createHash('sha256').update(identity).digest()
  let hash = ''
  for (let i = 0; i < LABEL_HASH_CHARS; i++) hash += LABEL_ALPHABET[digest[i]! & 31]
  return `${fn.name}-${fn.namespace}-${hash}`
}
