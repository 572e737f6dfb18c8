import { existsSync } from 'node:fs'
import { join, relative, resolve, sep } from 'node:path'
import { BODY_BYTES_MOST } from '../../domain/function-limits.ts'
import { type FunctionName, isName } from '../../domain/names.ts'
import { NETWORK_ACCESSES, type NetworkAccess } from '../../domain/network.ts'
import { usage } from '../failure.ts'
import { readTextFile } from './files.ts'

export const MANIFEST_FILE = 'latchkey.json'

/** What `latchkey.json` may say; everything may be left out. */
export interface Manifest {
  readonly namespace?: string
  readonly name?: string
  readonly description?: string
  readonly runtime?: string
  /** The file with the handler, relative to the folder. */
  readonly main?: string
  readonly mainMethod?: string
  readonly envs?: Readonly<Record<string, string>>
  /** Files with secret environment values, by name; they are not deployed. */
  readonly secretFiles?: Readonly<Record<string, string>>
  readonly flavor?: string
  /** Seconds. */
  readonly timeout?: number
  /** Of a caller's body; 0 for what the server takes. */
  readonly maxBodyBytes?: number
  readonly network?: NetworkAccess
  readonly autoscaling?: { readonly min: number; readonly max: number }
  readonly requiresKey?: boolean
  readonly keys?: readonly string[]
}

type Check = (value: unknown) => boolean

const isText: Check = (value) => typeof value === 'string'
const isFlag: Check = (value) => typeof value === 'boolean'
const isResourceName: Check = (value) => typeof value === 'string' && isName(value)
const isWhole = (least: number, most: number): Check => {
  return (value) => Number.isInteger(value) && Number(value) >= least && Number(value) <= most
}
const isRecordOf = (check: Check): Check => {
  return (value) => isRecord(value) && Object.values(value).every(check)
}

const MEMBERS: Readonly<Record<keyof Manifest, readonly [Check, expects: string]>> = {
  namespace: [isResourceName, 'a name'],
  name: [isResourceName, 'a name'],
  description: [isText, 'text'],
  runtime: [isText, 'text'],
  main: [isText, 'a path'],
  mainMethod: [isText, 'text'],
  envs: [isRecordOf(isText), 'an object of texts'],
  secretFiles: [isRecordOf(isText), 'an object of paths'],
  flavor: [isText, 'text'],
  timeout: [isWhole(0, 180), 'seconds from 0 to 180'],
  maxBodyBytes: [isWhole(0, BODY_BYTES_MOST), `bytes from 0 to ${BODY_BYTES_MOST}`],
  network: [(v) => NETWORK_ACCESSES.some((access) => access === v), NETWORK_ACCESSES.join(' or ')],
  autoscaling: [isAutoscaling, '{"min": 0 to 50, "max": 1 to 50}'],
  requiresKey: [isFlag, 'true or false'],
  keys: [(v) => Array.isArray(v) && v.every(isResourceName), 'a list of names'],
}

/** Reads the folder's `latchkey.json`, if there is one. All its mistakes are reported at once. */
export function readManifest(folder: string): Manifest {
  const path = join(folder, MANIFEST_FILE)
  if (!existsSync(path)) return {}
  let value: unknown
  try {
    value = JSON.parse(readTextFile(path, MANIFEST_FILE))
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw usage(`${path} is not valid JSON: ${error.message}.`)
  }
  if (!isRecord(value)) throw usage(`${path} must hold a JSON object.`)
  const mistakes = Object.entries(value).flatMap(([name, member]) => mistakeIn(name, member))
  if (mistakes.length > 0) throw usage(`${path} is not right:\n  ${mistakes.join('\n  ')}`)
  return value as Manifest
}

/** The values in the files that the manifest names, which must not be among those that are deployed. */
export function secretsOf(folder: string, manifest: Manifest): Record<string, string> {
  const secrets: Record<string, string> = {}
  for (const [name, path] of Object.entries(manifest.secretFiles ?? {})) {
    const below = relative(folder, resolve(folder, path))
    if (below.split(sep).every((part) => !part.startsWith('.'))) {
      throw usage(
        `The file ${JSON.stringify(path)} of the secret ${name} would be deployed with the source.`,
        'Move it out of the folder, or give it, or a folder of it, a name that begins with a dot.',
      )
    }
    secrets[name] = readTextFile(resolve(folder, path), MANIFEST_FILE).replace(/\r?\n$/, '')
  }
  return secrets
}

/** The function that the folder is: `--name`, else the manifest, else the folder's own name. */
export function functionOf(
  manifest: Manifest,
  folderName: string,
  flag: FunctionName | undefined,
): FunctionName {
  if (flag !== undefined) return flag
  const name = manifest.name ?? nameFrom(folderName)
  if (name === undefined) {
    throw usage(
      'The folder’s name cannot be made a function’s name.',
      `Give --name <namespace/name>, or "name" in ${MANIFEST_FILE}.`,
    )
  }
  return { namespace: manifest.namespace ?? 'default', name }
}

function mistakeIn(name: string, member: unknown): string[] {
  if (!Object.hasOwn(MEMBERS, name)) {
    return [`${JSON.stringify(name)} is not one of ${Object.keys(MEMBERS).join(', ')}`]
  }
  const [check, expects] = MEMBERS[name as keyof Manifest]
  return check(member) ? [] : [`"${name}" must be ${expects}`]
}

function isAutoscaling(value: unknown): boolean {
  if (!isRecord(value) || Object.keys(value).sort().join() !== 'max,min') return false
  return isWhole(0, 50)(value.min) && isWhole(1, 50)(value.max)
}

function nameFrom(folderName: string): string | undefined {
  const name = folderName
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^[^a-z]+|-+$/g, '')
  return isName(name) ? name : undefined
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
