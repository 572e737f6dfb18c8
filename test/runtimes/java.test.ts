import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, test } from 'vitest'
import { compileJava, javaShim, jdk } from '../helpers/java.ts'
import { conformance } from './suite/conformance.ts'

const PROBE = new URL('fixtures/java/Probe.java', import.meta.url)

if (jdk === undefined)
  describe.skip('java: no JDK 17 or later on this machine', () => test('', () => {}))
else {
  const folder = mkdtempSync(join(tmpdir(), 'lk-java-'))
  await compileJava(folder, { 'Probe.java': readFileSync(PROBE, 'utf8') })
  conformance({
    launcher: await javaShim(),
    folder,
    entry: 'Probe.class',
    broken: { entry: 'Broken.class', text: 'no class' },
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
}
