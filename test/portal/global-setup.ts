import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { buildPortal } from '../../scripts/build-portal.ts'
import { type FoundChromium, findChromium } from './chromium.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Null where there is none, and in runs without tests of the portal. */
    chromium: FoundChromium | null
  }
}

/** What tests of the portal share: a build, and a browser in a folder of this run's own. */
export default async function setup(project: TestProject): Promise<(() => void) | undefined> {
  project.provide('chromium', null)
  if (!(await hasPortalTests(project))) return undefined
  await buildPortal()
  const folder = mkdtempSync(join(tmpdir(), 'lk-browser-'))
  const remove = () => rmSync(folder, { recursive: true, force: true })
  const chromium = await findChromium(folder)
  if (chromium === null) {
    console.log(
      'No Chromium can be started here: the tests of the portal in a browser are skipped.',
    )
  }
  project.provide('chromium', chromium)
  return remove
}

async function hasPortalTests(project: TestProject): Promise<boolean> {
  // What was asked for on the command line; Vitest tells it nobody else.
  const { filenamePattern } = project.vitest as unknown as { filenamePattern?: string[] }
  const { testFiles } = await project.globTestFiles(filenamePattern)
  return testFiles.some((file) => file.includes('/test/portal/'))
}
