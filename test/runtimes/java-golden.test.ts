import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { prepareShim } from '../../src/languages/java-shim.ts'
import { compileJava, jdk, WITHOUT_JAVA } from '../helpers/java.ts'

const GOLDEN = fileURLToPath(new URL('../../runtimes/conformance/golden.json', import.meta.url))
const READER = new URL('fixtures/java/GoldenFrames.java', import.meta.url)

describe.skipIf(jdk === undefined)(`golden frames: java shim${WITHOUT_JAVA}`, () => {
  test('writes and reads every one, and refuses what is too long', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'lk-java-'))
    try {
      await compileJava(folder, { 'GoldenFrames.java': readFileSync(READER, 'utf8') })
      const { jar } = await prepareShim(jdk!, process.env)
      const args = ['-Xshare:auto', '-cp', `${jar}:${folder}`, 'latchkey.GoldenFrames', GOLDEN]
      const said = execFileSync(join(jdk!.home, 'bin/java'), args, { encoding: 'utf8' })
      const { frames, refused } = JSON.parse(readFileSync(GOLDEN, 'utf8'))
      const titles = (list: { title: string }[], what: string) =>
        list.map((f) => `${what} ${f.title}`)
      const expected = [
        ...frames.flatMap((frame: { title: string }) => [
          ...titles([frame], 'wrote'),
          ...titles([frame], 'read'),
        ]),
        ...titles(refused, 'refused'),
      ]
      expect(said.trim().split('\n')).toEqual(expected)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})
