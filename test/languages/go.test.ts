import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { artifactId } from '../../src/build/artifact-id.ts'
import type { Source } from '../../src/domain/function.ts'
import { findGo } from '../../src/languages/go.ts'
import { compilerReason } from '../../src/languages/go-reason.ts'
import { findGoToolchain } from '../../src/languages/go-toolchain.ts'
import { buildGo, GO_BUILD_TIMEOUT_MS, go, WITHOUT_GO } from '../helpers/go.ts'

const SOURCE: Source = {
  runtime: 'go1.26',
  codeText: 'package kubeless\n',
  files: {},
  dependencies: '',
  mainMethod: 'Handler',
}

test('without Go on the PATH the language is not there', async () => {
  expect(await findGo({ PATH: '/nonexistent' })).toBeUndefined()
  expect(await findGo({})).toBeUndefined()
})

describe('what Go says is wrong', () => {
  test.each([
    [
      '# function\n./handler.go:3:5: undefined: x\n./handler.go:4:5: undefined: y\n',
      'handler.go:3:5: undefined: x',
    ],
    [
      '# function/greet\ngreet/a.go:1:2: expected "package"\n',
      'greet/a.go:1:2: expected "package"',
    ],
    [
      'go: downloading example.com/a v1.0.0\ngo: example.com/a@v1.0.0: reading https://proxy.test/a: 404 Not Found\n',
      'go: example.com/a@v1.0.0: reading https://proxy.test/a: 404 Not Found',
    ],
    [
      'handler.go:4:2: package nope is not in std (/usr/local/go/src/nope)\n',
      'handler.go:4:2: package nope is not in std',
    ],
    [
      'go: errors parsing go.mod:\ngo.mod:3: invalid go version "x"\n',
      'go.mod:3: invalid go version "x"',
    ],
    [
      'go: go.mod requires go >= 1.99 (running go 1.26.8; GOTOOLCHAIN=local)\n',
      'go: go.mod requires go >= 1.99 (running go 1.26.8; GOTOOLCHAIN=local)',
    ],
    ['', 'go build has failed and said nothing'],
  ])('%j', (output, reason) => {
    expect(compilerReason(output)).toBe(reason)
  })
})

describe.skipIf(WITHOUT_GO !== '')(`Go${WITHOUT_GO}`, () => {
  test('has one runtime, named by its minor version', () => {
    expect(go!.runtimes).toEqual([expect.stringMatching(/^go1\.\d+$/)])
  })

  test.each([
    ['handler', /no exported name of Go/],
    ['module.handler', /no exported name of Go/],
    ['Hand-ler', /no exported name of Go/],
    ['Handler(); panic("x"); func F', /no exported name of Go/],
  ])('refuses the main method %s', (mainMethod, message) => {
    const plan = go!.plan({ ...SOURCE, mainMethod })
    expect(plan).toMatchObject({ kind: 'refused', message: expect.stringMatching(message) })
  })

  test.each(['handler.go', 'go.mod', 'a/go.mod', 'vendor/a.go', '_latchkey/a.go', '../a.go'])(
    'refuses a file %s',
    (path) => {
      expect(go!.plan({ ...SOURCE, files: { [path]: 'x' } })).toMatchObject({ kind: 'refused' })
    },
  )

  test('makes another artifact for another main method', () => {
    const idOf = (mainMethod: string) => {
      const source = { ...SOURCE, mainMethod }
      return artifactId(source, go!.artifactKey!(source))
    }
    expect(idOf('module.Handler')).toBe(idOf('Handler'))
    expect(idOf('Other')).not.toBe(idOf('Handler'))
  })

  test('starts the program itself, within its memory, with what Go reads of the variables', () => {
    const started = go!.start({
      runtime: go!.runtimes[0]!,
      memoryMb: 128,
      envs: { WORD: 'x', GODEBUG: 'http2debug=0', GOMAXPROCS: '1' },
      folder: '/function',
      entry: 'function',
    })
    expect(started).toEqual({
      command: '/function/function',
      args: [],
      environment: { GOMEMLIMIT: '115MiB', GOMAXPROCS: '1', GODEBUG: 'http2debug=0' },
      readOnly: [],
      isReusable: false,
    })
  })

  test('passes on where modules come from, and nothing else of the server’s environment', async () => {
    const home = mkdtempSync(join(tmpdir(), 'lk-go-home-'))
    try {
      writeFileSync(join(home, '.netrc'), 'machine example.test login a password b\n')
      const toolchain = await findGoToolchain({
        PATH: process.env.PATH,
        HOME: home,
        GOPROXY: 'https://proxy.test',
        GOPRIVATE: 'example.test',
        GOFLAGS: '-x',
        HTTPS_PROXY: 'http://192.0.2.1:3128',
        LATCHKEY_ADMIN_TOKEN: 'not for tools',
      })
      const environment = toolchain!.environment('/home/of/tools')
      expect(environment).toMatchObject({
        HOME: '/home/of/tools',
        GOPROXY: 'https://proxy.test',
        GOPRIVATE: 'example.test',
        HTTPS_PROXY: 'http://192.0.2.1:3128',
        GOTOOLCHAIN: 'local',
        GOENV: 'off',
        CGO_ENABLED: '0',
        NETRC: join(home, '.netrc'),
      })
      expect(environment).not.toHaveProperty('GOFLAGS')
      expect(JSON.stringify(environment)).not.toContain('not for tools')
      expect(toolchain!.readOnly).toContain(join(home, '.netrc'))
    } finally {
      rmSync(home, { recursive: true })
    }
  })

  test(
    'says in Go’s own words that a version of a module is not there',
    async () => {
      const code = 'package kubeless\n\nimport _ "github.com/google/uuid"\n'
      const dependencies = 'require github.com/google/uuid v0.0.77'
      await expect(buildGo({ code, dependencies })).rejects.toThrow(
        /github\.com\/google\/uuid@v0\.0\.77/,
      )
    },
    GO_BUILD_TIMEOUT_MS,
  )
})
