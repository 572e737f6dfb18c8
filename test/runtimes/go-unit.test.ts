import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { GO_BUILD_TIMEOUT_MS, GO_TEST_HOME, WITHOUT_GO } from '../helpers/go.ts'

const FOLDER = fileURLToPath(new URL('../../runtimes/go', import.meta.url))
const FIXTURES = fileURLToPath(new URL('fixtures', import.meta.url))
const EXAMPLES = fileURLToPath(new URL('../../examples', import.meta.url))

const run = promisify(execFile)

function go(args: readonly string[], folder = FOLDER) {
  // As builds are made, so that both share what is compiled of the standard library.
  const shared = { GOFLAGS: '-trimpath', CGO_ENABLED: '0', GOCACHE: join(GO_TEST_HOME, 'go-build') }
  const own = { ...shared, GOWORK: 'off', GOTOOLCHAIN: 'local' }
  return run('go', args, { cwd: folder, env: { ...process.env, ...own } })
}

describe.skipIf(WITHOUT_GO !== '')(`the Go shim's own code${WITHOUT_GO}`, () => {
  test(
    'reads and writes the golden frames, and stands its seeds of hostile ones',
    async () => {
      const { stdout } = await go(['test', '-vet=off', './...'])
      expect(stdout).toMatch(/^ok\s+a\.latchkey\.local\/shim\s/m)
    },
    GO_BUILD_TIMEOUT_MS,
  )

  test(
    'has nothing that go vet knows better',
    async () => {
      await go(['vet', './...'])
      await go(['vet', './...'], join(FOLDER, 'kubeless'))
    },
    GO_BUILD_TIMEOUT_MS,
  )

  test('is formatted by gofmt, as are its examples', async () => {
    expect((await run('gofmt', ['-l', FOLDER, FIXTURES, EXAMPLES])).stdout).toBe('')
  })

  test('needs nothing but the standard library', async () => {
    const { stdout } = await go([
      'list',
      '-deps',
      '-f',
      '{{if not .Standard}}{{.ImportPath}}{{end}}',
      '.',
    ])
    const modules = ['a.latchkey.local/shim', 'github.com/kubeless/kubeless/pkg/functions']
    expect(stdout.trim().split('\n').sort()).toEqual(modules)
  })

  test('is given the variables before any package that could read them: it needs less than os does', async () => {
    const { stdout } = await go(['list', '-deps', '-f', '{{.ImportPath}}', './assigned'])
    const needed = stdout.trim().split('\n')
    expect(needed).toContain('syscall')
    expect(needed).not.toContain('os')
  })
})
