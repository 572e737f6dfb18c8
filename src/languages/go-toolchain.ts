import { existsSync, realpathSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { runTool } from './run-tool.ts'

/** What `go env` knows of where modules come from, its own file of settings included. */
const SETTINGS = [
  'GOPROXY',
  'GONOPROXY',
  'GOSUMDB',
  'GONOSUMDB',
  'GOPRIVATE',
  'GOINSECURE',
  'GOVCS',
  'GOAUTH',
] as const
const NETWORK_VARIABLE =
  /^(https?_proxy|no_proxy|all_proxy|ssl_cert_file|ssl_cert_dir|git_ssl_cainfo)$/i

const LOOK_TIMEOUT_MS = 20_000
/** The shim uses the standard library of that version. */
const MINOR_LEAST = 23

/** The Go that is installed on this machine. */
export interface GoToolchain {
  /** Absolute. */
  readonly command: string
  /** `1.26`. */
  readonly version: string
  readonly root: string
  readonly settings: Readonly<Record<string, string>>
  /** The environment of a tool whose home folder is given. */
  environment(homeFolder: string): Record<string, string>
  /** What a tool reads that lies outside the system's own folders. */
  readonly readOnly: readonly string[]
}

/** Undefined when `go` is not on the PATH, or too old for the shim. */
export async function findGoToolchain(
  environment: NodeJS.ProcessEnv,
): Promise<GoToolchain | undefined> {
  const command = onPath(environment.PATH ?? '')
  if (command === undefined) return undefined
  const told = await goEnv(command, environment)
  if (told === undefined) return undefined
  const { GOVERSION = '', GOROOT = '', ...settings } = told
  const minor = Number(/\bgo1\.(\d+)/.exec(GOVERSION)?.[1] ?? 0)
  if (minor < MINOR_LEAST || GOROOT === '') return undefined
  const logins = loginsFile(environment)
  const certificates = [environment.SSL_CERT_FILE, environment.SSL_CERT_DIR]
  return {
    command,
    version: `1.${minor}`,
    root: GOROOT,
    settings,
    environment: (homeFolder) => ({
      ...passedOn(environment),
      ...settings,
      ...(logins === undefined ? {} : { NETRC: logins }),
      ...ownVariables({ command, root: GOROOT, path: environment.PATH ?? '', homeFolder }),
    }),
    readOnly: [GOROOT, dirname(command), logins, ...certificates].filter(
      (path) => path !== undefined && existsSync(path),
    ) as string[],
  }
}

function ownVariables(of: {
  command: string
  root: string
  path: string
  homeFolder: string
}): Record<string, string> {
  return {
    PATH: [dirname(of.command), of.path === '' ? '/usr/bin:/bin' : of.path].join(delimiter),
    HOME: of.homeFolder,
    GOROOT: of.root,
    GOPATH: join(of.homeFolder, 'go'),
    GOCACHE: join(of.homeFolder, 'go-build'),
    GOMODCACHE: join(of.homeFolder, 'go-mod'),
    GO111MODULE: 'on',
    // Settings of the user's own were read already; others of theirs would change what is built.
    GOENV: 'off',
    GOWORK: 'off',
    // No other Go is fetched, whatever a module asks for.
    GOTOOLCHAIN: 'local',
    CGO_ENABLED: '0',
    // As many compilers at a time as the memory of a build has room for.
    GOMAXPROCS: '4',
  }
}

function passedOn(environment: NodeJS.ProcessEnv): Record<string, string> {
  const passed: Record<string, string> = {}
  for (const [name, value] of Object.entries(environment)) {
    if (value !== undefined && NETWORK_VARIABLE.test(name)) passed[name] = value
  }
  return passed
}

/** Where Go finds the logins of hosts; its own place is in a home folder that is not the tools'. */
function loginsFile({ NETRC, HOME }: NodeJS.ProcessEnv): string | undefined {
  const path = NETRC ?? (HOME === undefined ? undefined : join(HOME, '.netrc'))
  return path !== undefined && existsSync(path) ? path : undefined
}

function onPath(path: string): string | undefined {
  for (const folder of path.split(delimiter)) {
    const candidate = join(folder, 'go')
    if (folder.startsWith('/') && existsSync(candidate)) return realpathSync(candidate)
  }
  return undefined
}

async function goEnv(
  command: string,
  environment: NodeJS.ProcessEnv,
): Promise<Record<string, string> | undefined> {
  const outcome = await runTool({
    command,
    args: ['env', '-json', 'GOVERSION', 'GOROOT', ...SETTINGS],
    folder: '/',
    environment: Object.fromEntries(
      Object.entries(environment).filter(([, value]) => value !== undefined),
    ) as Record<string, string>,
    timeoutMs: LOOK_TIMEOUT_MS,
  })
  if (outcome.kind !== 'ended' || outcome.code !== 0) return undefined
  // Warnings may stand before it.
  const json = outcome.output.slice(outcome.output.indexOf('{'))
  return JSON.parse(json) as Record<string, string>
}
