import type { KeyRing } from '../lib/sealing.ts'
import type { FieldError } from './errors.ts'
import type { FunctionName, Scope } from './names.ts'

/** Values by name, as they are; the same as of `function.ts`, which this file must not need. */
type Envs = Readonly<Record<string, string>>
/** Secret environment values by name, each sealed for its place: see `lib/sealing.ts`. */
export type SealedEnvs = Readonly<Record<string, string>>
/** What a change says of secret values: absent names stay as they are, null removes. */
export type SecretEnvsPatch = Readonly<Record<string, string | null>>

export const SECRET_VALUE_BYTES_MAX = 8 * 1024
export const SECRET_ENVS_MAX = 64
/** All of one function, or of one namespace, as they are sealed: about 96 KiB of values. */
const SEALED_CHARS_MAX = 128 * 1024

/** Whose value it is. A namespace is told by its name, for that is what a data node knows of it. */
export type SecretOwner =
  | { readonly functionId: string }
  | { readonly scope: Scope; readonly namespace: string }

/** What a change makes of the sealed values. A value that is sent again as it is stays as it is sealed. */
export function sealedAfter(
  ring: KeyRing,
  owner: SecretOwner,
  before: SealedEnvs,
  patch: SecretEnvsPatch,
): SealedEnvs {
  const after = { ...before }
  for (const [name, value] of Object.entries(patch)) {
    const sealed = before[name]
    if (value === null) delete after[name]
    else if (sealed === undefined || !isSealedAnew(ring, owner, name, sealed, value)) {
      after[name] = ring.seal(value, placeOf(owner, name))
    }
  }
  return after
}

/** Whether it is that value, under the key that seals now. */
function isSealedAnew(
  ring: KeyRing,
  owner: SecretOwner,
  name: string,
  sealed: string,
  value: string,
): boolean {
  if (!sealed.startsWith(`s1.${ring.keyId}.`)) return false
  const opened = ring.open(sealed, placeOf(owner, name))
  return opened.kind === 'opened' && opened.text === value
}

/** What no schema can say of values that are sent. */
export function secretEnvsErrors(patch: SecretEnvsPatch): FieldError[] {
  return Object.entries(patch)
    .filter(([, value]) => Buffer.byteLength(value ?? '') > SECRET_VALUE_BYTES_MAX)
    .map(([name]) => ({
      field: `secret_envs.${name}`,
      message: `must have at most ${SECRET_VALUE_BYTES_MAX} bytes`,
    }))
}

/** What is wrong with the values that a function or namespace would have. */
export function sealedEnvsErrors(envs: Envs, sealed: SealedEnvs): FieldError[] {
  const names = Object.keys(sealed)
  const twice = names
    .filter((name) => Object.hasOwn(envs, name))
    .map((name) => ({ field: `secret_envs.${name}`, message: 'is also one of envs: remove one' }))
  if (names.length > SECRET_ENVS_MAX) {
    twice.push({ field: 'secret_envs', message: `may have at most ${SECRET_ENVS_MAX} values` })
  }
  const chars = Object.values(sealed).reduce((sum, text) => sum + text.length, 0)
  if (chars > SEALED_CHARS_MAX) {
    twice.push({ field: 'secret_envs', message: 'are too long together: 96 KiB at most' })
  }
  return twice
}

export type OpenedEnvs =
  | { readonly kind: 'opened'; readonly envs: Envs }
  /** `message` ends a sentence for the function's owner; it holds names and no values. */
  | {
      readonly kind: 'failed'
      readonly reason: 'unknown-key' | 'damaged'
      readonly message: string
    }

/** Opens what a function is deployed with, whether it is its own or its namespace's. */
export function openEnvs(
  ring: KeyRing,
  fn: Scope & FunctionName & { readonly functionId: string },
  sealed: SealedEnvs,
): OpenedEnvs {
  const own = { functionId: fn.functionId }
  const shared = { scope: fn, namespace: fn.namespace }
  const envs: Record<string, string> = {}
  for (const [name, text] of Object.entries(sealed)) {
    const first = ring.open(text, placeOf(own, name))
    const opened = first.kind === 'damaged' ? ring.open(text, placeOf(shared, name)) : first
    switch (opened.kind) {
      case 'opened':
        envs[name] = opened.text
        break
      case 'unknown-key':
        return failed(opened.kind, unknownKey(name, opened.keyId))
      case 'damaged':
        return failed(opened.kind, `the secret value ${name} is damaged: set it again`)
    }
  }
  return { kind: 'opened', envs }
}

/** Where the value belongs, for sealing: it opens nowhere else. */
function placeOf(owner: SecretOwner, name: string): string {
  if ('functionId' in owner) return `function\0${owner.functionId}\0${name}`
  const { projectId, regionId } = owner.scope
  return `namespace\0${projectId}\0${regionId}\0${owner.namespace}\0${name}`
}

function unknownKey(name: string, keyId: string): string {
  return `the secret value ${name} is sealed with the key ${keyId}, which this node does not have: give it that key, or set the value again`
}

function failed(reason: 'unknown-key' | 'damaged', message: string): OpenedEnvs {
  return { kind: 'failed', reason, message }
}
