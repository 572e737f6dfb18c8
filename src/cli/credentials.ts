import { chmodSync, mkdirSync, readFileSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { replaceFile } from '../lib/atomic-file.ts'
import { Failure } from './failure.ts'
import { note } from './output.ts'

/** Tokens by server URL, and the server that was logged in to last. */
export interface Credentials {
  readonly current: string | undefined
  readonly tokens: Readonly<Record<string, string>>
}

const NONE: Credentials = { current: undefined, tokens: {} }

/** `$XDG_CONFIG_HOME/latchkey/credentials.json`; a relative folder there counts as unset. */
export function credentialsPath(): string {
  const configured = process.env.XDG_CONFIG_HOME ?? ''
  const folder = isAbsolute(configured) ? configured : join(homedir(), '.config')
  return join(folder, 'latchkey', 'credentials.json')
}

export function readCredentials(path = credentialsPath()): Credentials {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return NONE
    throw unreadable(path, (error as Error).message)
  }
  closeToOthers(path)
  const credentials = parse(text)
  // Never the parser's own message: it would quote the file.
  if (credentials === undefined) throw unreadable(path, 'it is not the JSON that login writes')
  return credentials
}

/** Adds the server, or replaces its token, and makes it the current one. */
export function writeToken(url: string, token: string, path = credentialsPath()): void {
  const { tokens } = readCredentials(path)
  const folder = join(path, '..')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  chmodSync(folder, 0o700)
  const content = { current: url, servers: { ...asServers(tokens), [url]: { token } } }
  replaceFile(path, `${JSON.stringify(content, null, 2)}\n`, 0o600)
}

/** A copy, or a lax umask, can have opened it: who reads it can do everything. */
function closeToOthers(path: string): void {
  if ((statSync(path).mode & 0o077) === 0) return
  try {
    chmodSync(path, 0o600)
    note(`Warning: others could read the login file ${path}. It is closed to them now.`)
  } catch {
    note(`Warning: others can read the login file ${path}, and it is not yours to close.`)
  }
}

function asServers(tokens: Readonly<Record<string, string>>): Record<string, { token: string }> {
  return Object.fromEntries(Object.entries(tokens).map(([url, token]) => [url, { token }]))
}

function parse(text: string): Credentials | undefined {
  let content: { current?: unknown; servers?: unknown }
  try {
    content = JSON.parse(text)
  } catch {
    return undefined
  }
  if (typeof content?.servers !== 'object' || content.servers === null) return undefined
  const tokens: [string, string][] = []
  for (const [url, server] of Object.entries(content.servers)) {
    if (typeof server?.token !== 'string') return undefined
    tokens.push([url, server.token])
  }
  const current = typeof content.current === 'string' ? content.current : undefined
  return { current, tokens: Object.fromEntries(tokens) }
}

function unreadable(path: string, why: string): Failure {
  return new Failure(
    'unauthorized',
    `The login file ${path} cannot be read: ${why}.`,
    'Remove it and run `latchkey login` again.',
  )
}
