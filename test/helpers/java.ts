import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { findJdks, type Jdk } from '../../src/languages/java-jdk.ts'
import { prepareShim } from '../../src/languages/java-shim.ts'
import type { ShimLauncher } from './shim.ts'

/** The Java of this machine that tests use: the oldest that Latchkey runs, or undefined. */
export const jdk: Jdk | undefined = (await findJdks(process.env))
  .filter((j) => j.hasCompiler)
  .at(-1)

/** For titles of tests that are skipped. */
export const WITHOUT_JAVA = jdk === undefined ? ' (skipped: no JDK 17 or later here)' : ''

export async function javaShim(flags: readonly string[] = ['-Xmx96m']): Promise<ShimLauncher> {
  const { jar, archive } = await prepareShim(jdk!, process.env)
  const shared = archive === undefined ? [] : [`-XX:SharedArchiveFile=${archive}`]
  const java = join(jdk!.home, 'bin/java')
  return {
    language: 'java',
    command: [
      java,
      '-XX:+UseSerialGC',
      '-Xshare:auto',
      '-Xlog:cds=off',
      '-XX:TieredStopAtLevel=1',
      ...shared,
      ...flags,
      '-jar',
      jar,
    ],
  }
}

/** Compiles files, by path, as a build would; the classes lie in the folder, beside the sources. */
export async function compileJava(
  folder: string,
  files: Readonly<Record<string, string>>,
): Promise<void> {
  const { jar } = await prepareShim(jdk!, process.env)
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  const sources = Object.keys(files).filter((path) => path.endsWith('.java'))
  const args = [
    '-XDstringConcat=inline',
    '-nowarn',
    '-Xlint:none',
    '-cp',
    jar,
    '-d',
    '.',
    ...sources,
  ]
  execFileSync(join(jdk!.home, 'bin/javac'), args, { cwd: folder, stdio: 'pipe' })
}
