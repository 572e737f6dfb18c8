import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
/** Waits for a message that never comes, so it does nothing but load. */
const PARTS = [
  'src/server/control-role.ts',
  'src/server/data-role.ts',
  'src/gateway/http-server.ts',
]

test.each(PARTS)('%s loads no HTTP client beside the one it uses', (part) => {
  const script = `await import('./${part}')
  console.log(process.moduleLoadList.filter((name) => name.includes('undici')).length)
  process.exit()`
  const args = ['--input-type=module', '-e', script]
  const loaded = execFileSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8' })
  expect(loaded.trim()).toBe('0')
})
