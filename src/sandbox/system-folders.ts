import { existsSync, lstatSync, readlinkSync } from 'node:fs'
import { dirname } from 'node:path'

const PROGRAMS = ['/usr', '/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32'] as const

/** What programs of all kinds read there, none of it secret. */
const CONFIGURATION = [
  '/etc/alternatives',
  '/etc/ca-certificates',
  '/etc/crypto-policies',
  '/etc/fonts',
  '/etc/gai.conf',
  '/etc/host.conf',
  '/etc/hosts',
  '/etc/java',
  '/etc/ld.so.cache',
  '/etc/ld.so.conf',
  '/etc/ld.so.conf.d',
  '/etc/localtime',
  '/etc/maven',
  '/etc/mime.types',
  '/etc/nsswitch.conf',
  '/etc/pki/ca-trust',
  '/etc/pki/java',
  '/etc/pki/tls/cert.pem',
  '/etc/pki/tls/certs',
  '/etc/pki/tls/openssl.cnf',
  '/etc/protocols',
  '/etc/services',
  '/etc/ssl/cert.pem',
  '/etc/ssl/certs',
  '/etc/ssl/openssl.cnf',
  '/etc/timezone',
] as const
/** Named by version: `java-17-openjdk`. */
const VERSIONED = /^(java-\d|java-\w+-openjdk|python3)/

/** Arguments for bubblewrap: the machine's programs and libraries, and of its configuration what is public. */
export function systemFolders(etcNames: readonly string[]): string[] {
  const configuration = [
    ...CONFIGURATION,
    ...etcNames.filter((name) => VERSIONED.test(name)).map((name) => `/etc/${name}`),
  ].filter((path) => existsSync(path))
  return [
    ...PROGRAMS.flatMap(programs),
    ...parents(configuration),
    ...configuration.flatMap(readOnly),
  ]
}

/** Those that bubblewrap makes by itself are closed to all but their owner. */
export function parents(paths: readonly string[]): string[] {
  const found = new Set<string>()
  const add = (path: string): void => {
    const parent = dirname(path)
    if (parent === '/' || found.has(parent)) return
    add(parent)
    found.add(parent)
  }
  for (const path of paths) if (!path.startsWith('/usr/')) add(path)
  return [...found].flatMap((path) => ['--perms', '0755', '--dir', path])
}

/** On most systems all but `/usr` are links into it. */
function programs(path: string): string[] {
  const stat = lstatSync(path, { throwIfNoEntry: false })
  if (stat === undefined) return []
  return stat.isSymbolicLink() ? ['--symlink', readlinkSync(path), path] : readOnly(path)
}

function readOnly(path: string): string[] {
  return ['--ro-bind', path, path]
}
