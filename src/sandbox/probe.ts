import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { NAMESPACE_ID } from './identities.ts'
import { HOST_ALIAS, NAME_SERVER, ownAddresses } from './networks.ts'
import type { Finding, GuaranteeName, Sandbox } from './sandbox.ts'

const PROBE = fileURLToPath(new URL('../../runtimes/sandbox/probe.mjs', import.meta.url))
const TIME_LIMIT_MS = 20_000
const TEMP_BYTES = 8 * 1024 * 1024
const LIMITS = {
  // Node has a dozen threads.
  processes: 40,
  openFiles: 256,
  fileBytes: 4 * 1024 * 1024,
  dataBytes: 2 * 1024 * 1024 * 1024,
}

interface Facts {
  readonly uid: number
  readonly capabilities: string
  readonly noNewPrivileges: boolean
  readonly seccomp: boolean
  readonly processes: number
  readonly seen: readonly string[]
  readonly writable: readonly string[]
  readonly tempBytes: number
  readonly openFiles: number
  readonly fileBytes: number
  readonly hostAlias: string
  readonly metadata: string
  readonly nameServer: string
  readonly ownAddresses: Readonly<Record<string, string>>
  readonly started: number
}

export interface ProbeOptions {
  /** Empty, ours. */
  readonly folder: string
  /** Folders that nothing inside may see. */
  readonly hidden: readonly string[]
}

export type ProbeOutcome =
  | { readonly kind: 'ran'; readonly findings: readonly Finding[] }
  | { readonly kind: 'failed'; readonly reason: string }

/** Runs a process in the sandbox that looks around, and judges what it saw. */
export async function probe(sandbox: Sandbox, options: ProbeOptions): Promise<ProbeOutcome> {
  const listener = createServer((socket) => socket.destroy())
  listener.listen(0, '127.0.0.1')
  await once(listener, 'listening')
  try {
    return await run(sandbox, options, portOf(listener))
  } finally {
    listener.close()
  }
}

async function run(sandbox: Sandbox, options: ProbeOptions, port: number): Promise<ProbeOutcome> {
  const code = join(options.folder, 'code')
  mkdirSync(code, { recursive: true })
  const addresses = ownAddresses().map((address) => address.replace('/32', ''))
  const child = sandbox.spawn(
    {
      purpose: 'instance',
      command: process.execPath,
      args: [
        ...[PROBE, '/function', String(port), HOST_ALIAS, NAME_SERVER, addresses.join(',')],
        ...options.hidden,
      ],
      environment: { PATH: process.env.PATH ?? '/usr/bin:/bin', HOME: '/tmp' },
      readOnly: [process.execPath, PROBE],
      folders: [{ from: code, to: '/function', writable: false }],
      workingFolder: '/tmp',
      network: 'outbound',
      limits: LIMITS,
      tempBytes: TEMP_BYTES,
      memoryFolders: ['/run/latchkey'],
      ownFolder: options.folder,
    },
    ['ignore', 'pipe', 'pipe'],
  )
  let output = ''
  let errors = ''
  child.stdout?.on('data', (bytes: Buffer) => {
    output += bytes.toString()
  })
  child.stderr?.on('data', (bytes: Buffer) => {
    errors = (errors + bytes.toString()).slice(-4000)
  })
  const timer = setTimeout(() => child.kill('SIGKILL'), TIME_LIMIT_MS)
  const how = await new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('close', (exitCode, signal) => resolve(signal ?? `exit code ${exitCode}`))
  })
  clearTimeout(timer)
  try {
    return { kind: 'ran', findings: judge(JSON.parse(output) as Facts) }
  } catch {
    const last = errors.trim().split('\n').at(-1)
    return { kind: 'failed', reason: last === undefined || last === '' ? how : last }
  }
}

/** What follows from the facts, guarantee by guarantee. */
export function judge(facts: Facts): Finding[] {
  const own = Object.entries(facts.ownAddresses).filter(([, word]) => !isUnreachable(word))
  const verdicts: Record<Exclude<GuaranteeName, 'offline'>, [boolean, string]> = {
    user: [facts.uid !== 0, userReason(facts)],
    files: [
      facts.seen.length === 0,
      facts.seen.length === 0 ? 'a file system of its own' : `it sees ${facts.seen.join(', ')}`,
    ],
    code: [
      facts.writable.length === 0,
      facts.writable.length === 0 ? 'read-only' : `it can write ${facts.writable.join(', ')}`,
    ],
    processes: [
      facts.processes <= 3,
      facts.processes <= 3 ? 'a process space of its own' : `it sees ${facts.processes}`,
    ],
    privileges: [
      facts.noNewPrivileges && /^0+$/.test(facts.capabilities),
      facts.noNewPrivileges ? `capabilities ${facts.capabilities}` : 'it can gain privileges',
    ],
    calls: [
      facts.seccomp,
      facts.seccomp ? 'a filter' : `there is no filter for the processor ${process.arch}`,
    ],
    limits: [
      facts.started < LIMITS.processes && facts.openFiles <= LIMITS.openFiles,
      facts.started < LIMITS.processes ? 'resource limits' : 'its processes could not be limited',
    ],
    disk: [
      facts.tempBytes > 0 && facts.tempBytes <= TEMP_BYTES,
      facts.tempBytes > 0 && facts.tempBytes <= TEMP_BYTES
        ? 'a temporary folder in memory'
        : 'its temporary folder is not bounded',
    ],
    network: [
      isUnreachable(facts.metadata) && own.length === 0 && isShut(facts),
      networkReason(facts, own),
    ],
  }
  return Object.entries(verdicts).map(([name, [holds, reason]]) => ({
    name: name as GuaranteeName,
    holds,
    reason,
  }))
}

function userReason({ uid }: Facts): string {
  if (uid === 0) return 'it runs as root'
  return uid === NAMESPACE_ID ? 'a user namespace' : `a user id of its own, such as ${uid}`
}

/** Refused by a route, which holds whatever listens there; a refused connection proves nothing. */
function isUnreachable(word: string): boolean {
  return ['EHOSTUNREACH', 'ENETUNREACH', 'EACCES'].includes(word)
}

/** There is a listener, on the machine's own loopback. */
function isShut(facts: Facts): boolean {
  return facts.hostAlias !== 'connected' && isUnreachable(facts.nameServer)
}

function networkReason(facts: Facts, own: readonly (readonly [string, string])[]): string {
  if (!isUnreachable(facts.metadata)) return `the metadata address answers with ${facts.metadata}`
  if (own.length > 0) return `the machine's own address ${own[0]![0]} answers with ${own[0]![1]}`
  return isShut(facts) ? 'a network of its own' : "the machine's loopback can be reached"
}

function portOf(server: Server): number {
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}
