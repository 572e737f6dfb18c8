import { spawn } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { buildPortal } from '../../scripts/build-portal.ts'
import { type FoundChromium, findChromium } from './chromium.ts'
import { sweep } from './sweep.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Null where there is none, and in runs without tests of the portal. */
    chromium: FoundChromium | null
    /** For all that browsers and servers of this run write; empty without tests of the portal. */
    portalFolder: string
  }
}

/** What tests of the portal share: a build, and a browser in a folder of this run's own. */
export default async function setup(
  project: TestProject,
): Promise<(() => Promise<void>) | undefined> {
  project.provide('chromium', null)
  project.provide('portalFolder', '')
  if (!(await hasPortalTests(project))) return undefined
  await buildPortal()
  const folder = mkdtempSync(join(tmpdir(), 'lk-ui-'))
  const remove = removeAtEnd(folder)
  const chromium = await findChromium(folder)
  if (chromium === null) {
    console.log(
      'No Chromium can be started here: the tests of the portal in a browser are skipped.',
    )
  }
  project.provide('chromium', chromium)
  project.provide('portalFolder', folder)
  return remove
}

/** Also when the run is broken off: a signal ends it with no time left to wait for anything. */
function removeAtEnd(folder: string): () => Promise<void> {
  const program = join(import.meta.dirname, 'sweep.ts')
  const leave = () => {
    spawn(process.execPath, [program, folder], { detached: true, stdio: 'ignore' }).unref()
  }
  process.once('exit', leave)
  return async () => {
    await sweep(folder)
    process.off('exit', leave)
  }
}

async function hasPortalTests(project: TestProject): Promise<boolean> {
  // What was asked for on the command line; Vitest tells it nobody else.
  const { filenamePattern } = project.vitest as unknown as { filenamePattern?: string[] }
  const { testFiles } = await project.globTestFiles(filenamePattern)
  return testFiles.some((file) => file.includes('/test/portal/'))
}
