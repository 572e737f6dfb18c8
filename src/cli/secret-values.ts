import { usage } from './failure.ts'
import { readTextInput } from './function/files.ts'
import { canAsk, readSecret } from './prompt.ts'

/** Where the value of a secret is to be read. */
export interface SecretSource {
  readonly name: string
  /** `ask` is the terminal without echo, else standard input. */
  readonly from: { readonly file: string } | 'ask' | 'stdin'
}

export interface SecretFlags {
  readonly secret?: readonly SecretSource[]
  readonly unsetSecret?: readonly string[]
}

const NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/
const FORMS =
  '--secret must be NAME=@<file>, NAME=- for standard input, or NAME to be asked for it.'

/** For `--secret`. A value itself is refused, and not repeated: it stands in the list of processes already. */
export function secretSource(text: string, before: readonly SecretSource[] = []): SecretSource[] {
  const at = text.indexOf('=')
  const name = at === -1 ? text : text.slice(0, at)
  const source = text.slice(at + 1)
  if (!NAME.test(name)) throw usage(FORMS)
  if (at === -1) return [...before, { name, from: 'ask' }]
  if (source === '-') return [...before, { name, from: 'stdin' }]
  if (source.startsWith('@') && source.length > 1) {
    return [...before, { name, from: { file: source.slice(1) } }]
  }
  throw usage(
    `${FORMS} A value in the command line can be read by every user of this machine, and stays in the shell's history.`,
    `Write it to a file and give --secret ${name}=@<file>; this value should be replaced.`,
  )
}

/** What a change says of secrets; undefined when it says nothing. */
export async function secretEnvs(
  flags: SecretFlags,
  isStdinTaken = false,
): Promise<Record<string, string | null> | undefined> {
  const { secret = [], unsetSecret = [] } = flags
  if (secret.length === 0 && unsetSecret.length === 0) return undefined
  const readers = secret.filter(({ from }) => from === 'stdin' || (from === 'ask' && !canAsk()))
  if (readers.length + (isStdinTaken ? 1 : 0) > 1) {
    throw usage('Only one value can come from standard input.', 'Give the others as NAME=@<file>.')
  }
  const values: Record<string, string | null> = {}
  for (const name of unsetSecret) values[name] = null
  for (const source of secret) values[source.name] = await readValue(source)
  return values
}

/** The same for what is new, from which nothing can be removed. */
export async function newSecretEnvs(
  flags: Pick<SecretFlags, 'secret'>,
  isStdinTaken = false,
): Promise<Record<string, string>> {
  const { secret } = flags
  const values = await secretEnvs(secret === undefined ? {} : { secret }, isStdinTaken)
  return (values ?? {}) as Record<string, string>
}

async function readValue({ name, from }: SecretSource): Promise<string> {
  if (from === 'ask' && canAsk()) return notEmpty(name, await readSecret(`${name}: `))
  const path = typeof from === 'object' ? from.file : '-'
  const text = await readTextInput(path, '--secret')
  // An editor ends the last line of a file, and echo its text.
  return notEmpty(name, text.replace(/\r?\n$/, ''))
}

function notEmpty(name: string, value: string): string {
  if (value === '') throw usage(`The value of the secret ${name} is empty.`)
  return value
}
