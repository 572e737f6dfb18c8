import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { connectionsThatFit } from '../../src/server/open-files.ts'

test('callers leave a quarter of the open files, 128 at least, and get one connection at least', () => {
  expect(connectionsThatFit(10_000, 1_000_000)).toBe(10_000)
  expect(connectionsThatFit(10_000, 1024)).toBe(768)
  expect(connectionsThatFit(10_000, 256)).toBe(128)
  expect(connectionsThatFit(10_000, Number.POSITIVE_INFINITY)).toBe(10_000)
  expect(connectionsThatFit(10_000, 1)).toBe(1)
})

test.runIf(process.platform === 'linux')('the limit is the one of the process', async () => {
  const module = join(import.meta.dirname, '../../src/server/open-files.ts')
  const program = `import(${JSON.stringify(module)}).then((m) => console.log(m.connectionsThatFit(10_000)))`
  const command = `ulimit -n 600 && exec "$0" -e "$1"`
  const { stdout } = await promisify(execFile)('sh', ['-c', command, process.execPath, program])
  expect(Number(stdout)).toBe(450)
})
