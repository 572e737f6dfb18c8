import {
  accessSync,
  constants,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { delimiter, join } from 'node:path'
import { type EnclosedParts, EnclosedSandbox } from './enclosed-sandbox.ts'
import { Identities } from './identities.ts'
import { NAME_SERVER, Networks } from './networks.ts'
import { PlainSandbox } from './plain-sandbox.ts'
import { probe } from './probe.ts'
import {
  type Finding,
  GUARANTEES,
  type GuaranteeName,
  type Sandbox,
  type WantedIsolation,
} from './sandbox.ts'
import { seccompFilter } from './seccomp.ts'
import { systemFolders } from './system-folders.ts'

export interface FindSandboxOptions {
  readonly wanted: WantedIsolation
  /** A folder of ours; files that sandboxes need are written into it. */
  readonly folder: string
  /** What nothing inside may see, such as the data directory. */
  readonly hidden: readonly string[]
  /** How many networks stand ready for the next start. */
  readonly preparedNetworks: number
}

const NAMES = Object.keys(GUARANTEES) as GuaranteeName[]
const SEARCHED = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin']

/**
 * The best that this machine allows, found by running a process inside and asking it. `process` is never
 * refused: whether it is enough is for the caller to say.
 */
export async function findSandbox(options: FindSandboxOptions): Promise<Sandbox> {
  if (options.wanted === 'process') return plain('it was chosen by the settings')
  if (process.platform !== 'linux') return plain('there are no namespaces on this system')
  const command = findProgram('bwrap')
  if (command === undefined) return plain('bubblewrap (bwrap) is not installed')
  const parts = prepare(command, options)
  const probed = await probeIn(
    new EnclosedSandbox({ ...parts, level: 'process', findings: [] }),
    options,
  )
  if (probed.kind === 'ran') return judged(parts, probed.findings)
  if (parts.networks === undefined) return plain(`bubblewrap fails here: ${probed.reason}`)
  // Perhaps it is only the network that cannot be had.
  parts.networks.close()
  const rest = { ...parts, networks: undefined }
  const again = await probeIn(
    new EnclosedSandbox({ ...rest, level: 'process', findings: [] }),
    options,
  )
  if (again.kind === 'failed') return plain(`bubblewrap fails here: ${again.reason}`)
  const network = {
    name: 'network',
    holds: false,
    reason: `its network fails: ${probed.reason}`,
  } as const
  return judged(
    rest,
    again.findings.map((finding) => (finding.name === 'network' ? network : finding)),
  )
}

/** The sentence with which a start is refused that demands more than there is; undefined when it is there. */
export function isolationFault(sandbox: Sandbox, wanted: WantedIsolation): string | undefined {
  if (wanted !== 'namespaced' || sandbox.level === 'namespaced') return undefined
  const missing = sandbox.findings.filter(({ holds }) => !holds)
  const reasons = [...new Set(missing.map(({ reason }) => reason))].join('; ')
  const names = missing.map(({ name }) => name).join(', ')
  return `LATCHKEY_ISOLATION demands the level namespaced, but not all of it holds here (${names}): ${reasons}. ${REMEDY}`
}

const REMEDY =
  'Install bubblewrap, slirp4netns, iproute2 and util-linux (Debian, Ubuntu: apt-get install bubblewrap slirp4netns iproute2 util-linux), allow user namespaces or run as root, or set LATCHKEY_ISOLATION to auto.'

function plain(reason: string): Sandbox {
  return new PlainSandbox(NAMES.map((name) => ({ name, holds: false, reason })))
}

function judged(parts: Parts, seen: readonly Finding[]): Sandbox {
  const network = seen.find(({ name }) => name === 'network')!
  const findings: Finding[] = [
    ...seen.map((finding) =>
      finding.name !== 'network' || parts.networks !== undefined || finding.reason.startsWith('its')
        ? finding
        : { ...network, holds: false, reason: 'slirp4netns is not installed' },
    ),
    { name: 'offline', holds: true, reason: 'a network without a way out' },
  ]
  const level = findings.every(({ holds }) => holds) ? 'namespaced' : 'process'
  return new EnclosedSandbox({ ...parts, level, findings })
}

type Parts = Omit<EnclosedParts, 'level' | 'findings'>

function prepare(command: string, options: FindSandboxOptions): Parts {
  const { folder, preparedNetworks } = options
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const asRoot = process.getuid!() === 0
  const resolvConf = join(folder, 'resolv.conf')
  writeFileSync(resolvConf, resolvConfText(), { mode: 0o644 })
  const filter = seccompFilter(process.arch)
  const seccompFile = join(folder, 'calls')
  if (filter !== undefined) writeFileSync(seccompFile, filter)
  const hasNetwork = ['slirp4netns', 'unshare', 'nsenter', 'ip'].every(findProgram)
  return {
    command,
    system: systemFolders(readdirSync('/etc')),
    identities: new Identities(asRoot),
    networks: hasNetwork ? new Networks({ size: preparedNetworks, asRoot }) : undefined,
    resolvConf,
    seccompFile: filter && seccompFile,
  }
}

/** The machine's own, with the name server that stands for its own. */
function resolvConfText(): string {
  let own = ''
  try {
    own = readFileSync('/etc/resolv.conf', 'utf8')
  } catch {
    // None: the name server still is where it is.
  }
  const rest = own.split('\n').filter((line) => /^(search|options|domain)\s/.test(line))
  return [`nameserver ${NAME_SERVER}`, ...rest, ''].join('\n')
}

async function probeIn(sandbox: Sandbox, { folder, hidden }: FindSandboxOptions) {
  const own = join(folder, 'probe')
  mkdirSync(own, { recursive: true, mode: 0o700 })
  try {
    return await probe(sandbox, { folder: own, hidden })
  } finally {
    rmSync(own, { recursive: true, force: true })
  }
}

function findProgram(name: string): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(delimiter), ...SEARCHED]
  return folders
    .filter((folder) => folder.startsWith('/'))
    .map((folder) => join(folder, name))
    .find((path) => isExecutable(path))
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
