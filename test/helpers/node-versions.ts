import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { describe } from 'vitest'
import { NodeToolchains, OWN_MAJOR } from '../../src/languages/nodejs-toolchains.ts'
import { nodeShim, type ShimLauncher } from './shim.ts'

export const NODE_MAJORS = [26, 24, 22, 20]

/** Outlives the tests: what is fetched once is there for all that follow. */
export const testToolchains = new NodeToolchains({
  folder: join(tmpdir(), `latchkey-test-toolchains-${userInfo().uid}`),
  // Without a network the tests shall say so soon.
  environment: {
    ...process.env,
    npm_config_fetch_retries: '1',
    npm_config_fetch_retry_mintimeout: '1000',
    npm_config_fetch_timeout: '30000',
  },
})

export interface NodeVersion {
  readonly major: number
  /** `node 24`. */
  readonly title: string
  readonly launcher: ShimLauncher
  /** Why it cannot be tried, where it cannot. */
  readonly missing: string | undefined
}

/** Every Node that functions may ask for, the one that runs the tests among them; fetched where it must be. */
export async function nodeVersions(
  majors: readonly number[] = NODE_MAJORS,
): Promise<NodeVersion[]> {
  return Promise.all([...new Set([OWN_MAJOR, ...majors])].map(nodeVersion))
}

/** Tests that are to hold on all of them; skipped by a title that says why where one cannot be had. */
export async function onEachNode(define: (version: NodeVersion) => void): Promise<void> {
  for (const version of await nodeVersions()) {
    describe.skipIf(version.missing !== undefined)(version.title, () => define(version))
  }
}

async function nodeVersion(major: number): Promise<NodeVersion> {
  const fetched = await testToolchains.prepare(major)
  const command = testToolchains.command(major)
  const missing = fetched.kind === 'ready' ? undefined : fetched.message
  const language = `node ${major}`
  return {
    major,
    title: missing === undefined ? language : `${language} (skipped: ${missing})`,
    launcher: { language, command: [command, ...nodeShim.command.slice(1)] },
    missing,
  }
}
