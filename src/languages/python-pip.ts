import { existsSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ToolStep } from './language.ts'
import type { Interpreter } from './python-interpreters.ts'

const INSTALL_SCRIPT = fileURLToPath(
  new URL('../../runtimes/python/build/install.py', import.meta.url),
)

/** `pip install` into `site-packages`. Packages without a wheel run their own build, inside the build. */
export function pipInstall(interpreter: Interpreter, environment: NodeJS.ProcessEnv): ToolStep {
  return {
    title: 'pip install',
    command: interpreter.executable,
    args: ['-s', INSTALL_SCRIPT],
    environment: (homeFolder) => pipEnvironment(interpreter, environment, homeFolder),
    explain: (output) => `pip could not install the dependencies: ${pipReason(output)}`,
    readOnly: [...interpreter.folders, dirname(INSTALL_SCRIPT), ...settingsFiles(environment)],
  }
}

/** Where packages come from and how to get there; folders of another installation are left out. */
const PIP_SETTING =
  /^PIP_(INDEX_URL|EXTRA_INDEX_URL|NO_INDEX|FIND_LINKS|TRUSTED_HOST|CERT|CLIENT_CERT|PROXY|DEFAULT_TIMEOUT|TIMEOUT|RETRIES|CONFIG_FILE|KEYRING_PROVIDER|PREFER_BINARY|ONLY_BINARY|NO_BINARY|NO_CACHE_DIR)$/
const NETWORK_VARIABLE =
  /^(https?_proxy|no_proxy|all_proxy|requests_ca_bundle|curl_ca_bundle|ssl_cert_file|ssl_cert_dir)$/i

export function pipEnvironment(
  interpreter: Interpreter,
  from: NodeJS.ProcessEnv,
  homeFolder: string,
): Record<string, string> {
  const environment: Record<string, string> = {
    PATH: [dirname(interpreter.executable), from.PATH ?? '/usr/bin:/bin'].join(delimiter),
    HOME: homeFolder,
    TMPDIR: homeFolder,
    PIP_CACHE_DIR: join(homeFolder, 'pip'),
    PYTHONUTF8: '1',
  }
  for (const [name, value] of Object.entries(from)) {
    if (value === undefined) continue
    if (PIP_SETTING.test(name) || NETWORK_VARIABLE.test(name)) environment[name] = value
  }
  // What Node trusts beside its own list is what the network of this machine needs.
  const extra = from.NODE_EXTRA_CA_CERTS
  const isTold = ['PIP_CERT', 'REQUESTS_CA_BUNDLE', 'SSL_CERT_FILE'].some((n) => n in environment)
  if (extra !== undefined && !isTold) environment.SSL_CERT_FILE = extra
  // The home is the build's own, so the settings of the user who runs Latchkey are named.
  const own = userSettings(from)
  if (own !== undefined && environment.PIP_CONFIG_FILE === undefined) {
    environment.PIP_CONFIG_FILE = own
  }
  return environment
}

function userSettings(from: NodeJS.ProcessEnv): string | undefined {
  const home = from.HOME
  if (home === undefined) return undefined
  const candidates = [
    join(from.XDG_CONFIG_HOME ?? join(home, '.config'), 'pip', 'pip.conf'),
    join(home, '.pip', 'pip.conf'),
  ]
  return candidates.find((path) => existsSync(path))
}

/** Files that the settings name: a sandbox must let pip read them. */
function settingsFiles(from: NodeJS.ProcessEnv): string[] {
  const named = [
    'PIP_CONFIG_FILE',
    'PIP_CERT',
    'PIP_CLIENT_CERT',
    'PIP_FIND_LINKS',
    'REQUESTS_CA_BUNDLE',
    'CURL_CA_BUNDLE',
    'SSL_CERT_FILE',
    'SSL_CERT_DIR',
    'NODE_EXTRA_CA_CERTS',
  ].flatMap((name) => (from[name] ?? '').split(/\s+/))
  const paths = [...named, userSettings(from) ?? '', '/etc/pip.conf']
  return [...new Set(paths)].filter((path) => path.startsWith('/') && existsSync(path))
}

/** pip says what went wrong in lines that begin with ERROR; the first names the package. */
export function pipReason(output: string): string {
  const lines = output.split('\n').map((line) => line.trim())
  const errors = lines
    .filter((line) => line.startsWith('ERROR:'))
    .map((line) => line.slice('ERROR:'.length).trim())
  const telling = errors.find((line) => /No matching distribution|ResolutionImpossible/.test(line))
  const reason = telling ?? errors[0] ?? lines.findLast((line) => /error|No module/i.test(line))
  return (reason ?? lines.findLast((line) => line !== '') ?? 'it said nothing').replace(/\.$/, '')
}
