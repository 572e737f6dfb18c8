import { existsSync, realpathSync } from 'node:fs'
import { basename, delimiter, dirname, join } from 'node:path'
import type { ToolStep } from './language.ts'

const INSTALL_ARGS = [
  'install',
  '--omit=dev',
  '--ignore-scripts',
  '--no-audit',
  '--no-fund',
  '--no-package-lock',
  '--no-progress',
  '--no-update-notifier',
]

/** `npm install` without the packages' own scripts. */
export function npmInstall(environment: NodeJS.ProcessEnv = process.env): ToolStep {
  // Spawning it fails with a sentence of its own, which ends up in the build's message.
  const [command, ...before] = npmCommand(environment) ?? ['npm']
  return {
    title: 'npm install',
    command,
    args: [...before, ...INSTALL_ARGS],
    environment: (homeFolder) => npmEnvironment(environment, homeFolder),
    explain: (output) => `npm could not install the dependencies: ${npmReason(output)}`,
    readOnly: [
      process.execPath,
      ...before.map((script) => dirname(dirname(script))),
      ...settingsFiles(environment),
    ],
  }
}

/** Which npm and its connections read: the user's own settings, certificates. */
function settingsFiles(environment: NodeJS.ProcessEnv): string[] {
  const named = Object.entries(npmEnvironment(environment, '')).filter(([name]) =>
    /^(npm_config_(userconfig|globalconfig|cafile|cert|key)|node_extra_ca_certs|ssl_cert_(file|dir))$/i.test(
      name,
    ),
  )
  return named.map(([, path]) => path).filter((path) => path.startsWith('/'))
}

/**
 * npm is a Node program: it runs on our own Node, whatever `node` is on the PATH. Undefined where there is
 * none.
 */
export function npmCommand(environment: NodeJS.ProcessEnv): [string, ...string[]] | undefined {
  const told = environment.npm_execpath
  if (told !== undefined && basename(told) === 'npm-cli.js' && existsSync(told)) {
    return [process.execPath, told]
  }
  for (const folder of (environment.PATH ?? '').split(delimiter)) {
    const candidate = join(folder, 'npm')
    if (folder === '' || !existsSync(candidate)) continue
    const script = realpathSync(candidate)
    return script.endsWith('.js') ? [process.execPath, script] : [candidate]
  }
  return undefined
}

/**
 * Where packages come from and how to get there. All other settings that npm hands to the scripts it
 * runs (Latchkey is often started by one) belong to that other installation, its folder and its cache
 * included: packages are kept in the home folder of builds, the only one that they can write.
 */
const NPM_SETTING =
  /^npm_config_(registry|proxy|https?_proxy|no_?proxy|ca|cafile|cert|key|strict_ssl|userconfig|globalconfig|fetch_\w+|maxsockets|offline|prefer_offline|@.+|\/\/.+)$/i
const NETWORK_VARIABLE =
  /^(https?_proxy|no_proxy|all_proxy|node_extra_ca_certs|ssl_cert_file|ssl_cert_dir)$/i

export function npmEnvironment(
  from: NodeJS.ProcessEnv,
  homeFolder: string,
): Record<string, string> {
  const environment: Record<string, string> = {
    PATH: [dirname(process.execPath), from.PATH ?? '/usr/bin:/bin'].join(delimiter),
    HOME: homeFolder,
    TMPDIR: homeFolder,
    npm_config_cache: join(homeFolder, '.npm'),
  }
  const userHome = from.HOME
  if (userHome !== undefined) environment.npm_config_userconfig = join(userHome, '.npmrc')
  for (const [name, value] of Object.entries(from)) {
    if (value === undefined) continue
    if (NPM_SETTING.test(name) || NETWORK_VARIABLE.test(name)) environment[name] = value
  }
  return environment
}

/** npm says the error's code first and then, in its own words, what is wrong. */
export function npmReason(output: string): string {
  const lines = output
    .split('\n')
    .map((line) => /^npm (?:error|ERR!) ?(.*)$/.exec(line.trimEnd())?.[1]?.trim() ?? '')
    .filter((line) => line !== '' && !line.startsWith('A complete log'))
  const code = lines.find((line) => line.startsWith('code '))?.slice('code '.length)
  const telling = lines.find((line) => !/^(code|syscall|errno|path) /.test(line))
  if (telling === undefined) return code ?? output.trim().split('\n').at(-1) ?? 'it said nothing'
  return telling.replace(/^[0-9a-z]+ (?=[A-Z'])/, '')
}
