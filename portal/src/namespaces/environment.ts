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

export interface Fault {
  readonly at: 'name' | 'value'
  readonly text: string
}

/** Of a namespace or a function, as the API answers it. */
export function knownOf(answer: {
  readonly envs?: Readonly<Record<string, string>> | null
  readonly secret_env_names: readonly string[]
}): Known {
  return { envs: answer.envs ?? {}, secretNames: answer.secret_env_names }
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

/** For a row that is added. */
export function nextId({ plain, secret }: Environment): number {
  return 1 + Math.max(-1, ...plain.map(({ id }) => id), ...secret.map(({ id }) => id))
}

/** What the API is sent; members that do not change are absent. */
export function changeOf(known: Known, { plain, secret }: Environment) {
  const envs = Object.fromEntries(plain.map(({ name, value }) => [name, value]))
  const removed = known.secretNames.filter((name) => !secret.some((row) => row.name === name))
  const secretEnvs = Object.fromEntries([
    ...removed.map((name) => [name, null] as const),
    ...secret.flatMap(({ name, value }) => (value === null ? [] : [[name, value] as const])),
  ])
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
export function faultsOf({ plain, secret }: Environment): Map<number, Fault> {
  const faults = new Map<number, Fault>()
  const taken = new Set<string>()
  for (const row of [...plain, ...secret]) {
    const named = nameFault(row.name, taken)
    const valued = named ?? valueFault(row)
    taken.add(row.name)
    if (valued !== undefined) {
      faults.set(row.id, { at: named === undefined ? 'value' : 'name', text: valued })
    }
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
    // As the API counts them: an emoji is one.
    const isLong = [...row.value].length > CHARS_MAX
    return isLong ? `A value has at most ${CHARS_MAX} characters.` : undefined
  }
  if (row.value === null) return undefined
  if (row.value === '') return 'Give it a value.'
  const bytes = new TextEncoder().encode(row.value).length
  return bytes > SECRET_VALUE_BYTES_MAX ? 'A secret value has at most 8 KiB.' : undefined
}
