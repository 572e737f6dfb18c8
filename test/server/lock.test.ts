import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { heldSentence, lockDataDir } from '../../src/server/lock.ts'

const folder = mkdtempSync(join(tmpdir(), 'lk-lock-'))
afterAll(() => rmSync(folder, { recursive: true }))

const HOLDER = `
  const { lockDataDir } = await import(${JSON.stringify(new URL('../../src/server/lock.ts', import.meta.url).href)})
  const lock = await lockDataDir(process.argv[1], 'serve', 0)
  const { kind } = lock
  for (let i = 0; i < 5; i++) { gc(); await new Promise(setImmediate) }
  console.log(kind)
  setInterval(() => {}, 1000)
`

it('a data directory belongs to one process, and is free again when that was killed', async () => {
  const holder = spawn(
    process.execPath,
    ['--expose-gc', '--input-type=module', '-e', HOLDER, folder],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  const [said] = await once(holder.stdout!, 'data')
  expect(String(said).trim()).toBe('locked')
  expect(await lockDataDir(folder, 'serve', 0)).toEqual({ kind: 'held', holder: holder.pid })
  expect(await lockDataDir(folder, 'control', 0)).toMatchObject({ kind: 'locked' })
  const exited = once(holder, 'exit')
  holder.kill('SIGKILL')
  await exited
  const lock = await lockDataDir(folder, 'serve', 0)
  expect(lock.kind).toBe('locked')
  if (lock.kind === 'locked') lock.release()
})

it('the sentence names the process and the way out', () => {
  expect(heldSentence('/data', 12)).toBe(
    'The data directory /data is in use by process 12. Stop it, or choose another folder with LATCHKEY_DATA_DIR.',
  )
})
