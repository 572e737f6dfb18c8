import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
// @ts-expect-error: shims are plain JavaScript.
import { rehearse } from '../../runtimes/node/rehearsal.mjs'

test('a rehearsal ends by itself and leaves nothing behind', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'lk-rehearsal-'))
  try {
    await rehearse(join(folder, 'r.sock'))
    await rehearse(join(folder, 'r.sock'))
    expect(await readdir(folder)).toEqual([])
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})

test('a rehearsal that cannot have its socket says so', async () => {
  await expect(rehearse(join(tmpdir(), 'x'.repeat(200)))).rejects.toThrow(/EINVAL|ENAMETOOLONG/)
})
