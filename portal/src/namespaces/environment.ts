import { ENV_NAME_PATTERN } from '../../../src/domain/names.ts'
import { SECRET_VALUE_BYTES_MAX } from '../../../src/domain/secret-envs.ts'

/** A row of the form; `id` tells rows apart whose names are changed. */
export interface PlainRow {
  readonly id: number
  readonly name: string
  readonly value: string
}

export interface SecretRow {
  readonly id: number
  readonly name: string
  /** Null keeps the value that it has. */
  readonly value: string | null
  readonly isNew: boolean
}

export interface Environment {
  readonly plain: readonly PlainRow[]
  readonly secret: readonly SecretRow[]
}

export interface Known {
  readonly envs: Readonly<Record<string, string>>
  readonly secretNames: readonly string[]
}

export function environmentOf({ envs, secretNames }: Known): Environment {
  const names = Object.keys(envs).sort()
  return {
    plain: names.map((name, id) => ({ id, name, value: envs[name]! })),
    secret: [...secretNames]
      .sort()
      .map((name, at) => ({ id: names.length + at, name, value: null, isNew: false })),
  }
}

/** What the API is sent; members that do not change are absent. */
export function changeOf(known: Known, { plain, secret }: Environment) {
  const envs = Object.fromEntries(plain.map(({ name, value }) => [name, value]))
  const secretEnvs: Record<string, string | null> = {}
  for (const name of known.secretNames) {
    if (!secret.some((row) => row.name === name)) secretEnvs[name] = null
  }
  for (const { name, value } of secret) if (value !== null) secretEnvs[name] = value
  const isSame =
    Object.keys(envs).length === Object.keys(known.envs).length &&
    Object.entries(envs).every(([name, value]) => known.envs[name] === value)
  return {
    ...(isSame ? {} : { envs }),
    ...(Object.keys(secretEnvs).length === 0 ? {} : { secret_envs: secretEnvs }),
  }
}

const NAME = new RegExp(ENV_NAME_PATTERN)
const CHARS_MAX = 255

/** What is wrong with each row, by its id. */
export function faultsOf({ plain, secret }: Environment): Map<number, string> {
  const faults = new Map<number, string>()
  const taken = new Set<string>()
  for (const row of [...plain, ...secret]) {
    const fault = nameFault(row.name, taken) ?? valueFault(row)
    taken.add(row.name)
    if (fault !== undefined) faults.set(row.id, fault)
  }
  return faults
}

function nameFault(name: string, taken: ReadonlySet<string>): string | undefined {
  if (name === '') return 'Give it a name.'
  if (!NAME.test(name)) return 'A name has letters, digits and _, and begins with no digit.'
  if (name.length > CHARS_MAX) return `A name has at most ${CHARS_MAX} characters.`
  if (taken.has(name)) return 'There is another value of this name.'
  return undefined
}

function valueFault(row: PlainRow | SecretRow): string | undefined {
  if (!('isNew' in row)) {
    return row.value.length > CHARS_MAX ? `A value has at most ${CHARS_MAX} characters.` : undefined
  }
  if (row.value === null) return undefined
  if (row.value === '') return 'Give it a value.'
  const bytes = new TextEncoder().encode(row.value).length
  return bytes > SECRET_VALUE_BYTES_MAX ? 'A secret value has at most 8 KiB.' : undefined
}
