import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { renderPage } from '../../scripts/write-config-docs.ts'
import { renderPage as renderHttpPage } from '../../scripts/write-http-docs.ts'
import { renderMetricsPage } from '../../scripts/write-metrics-docs.ts'
import { SETTINGS } from '../../src/config/settings.ts'
import { type ErrorCode, PUBLIC_ERRORS } from '../../src/domain/errors.ts'
import { FLAVORS } from '../../src/domain/flavor.ts'
import { KEY_SECRET_PATTERN } from '../../src/domain/key-secret.ts'

const root = join(import.meta.dirname, '../..')
const read = (path: string) => readFileSync(join(root, path), 'utf8')

describe('the documents', () => {
  it('list every setting as the program has it (scripts/write-config-docs.ts makes it so)', () => {
    expect(read('docs/configuration.md')).toBe(renderPage(read('docs/configuration.md')))
  })

  it('say what the gateway answers as it is tested (scripts/write-http-docs.ts makes it so)', () => {
    expect(read('docs/http.md')).toBe(renderHttpPage(read('docs/http.md')))
  })

  it('list every metric as the program has it (scripts/write-metrics-docs.ts makes it so)', () => {
    expect(read('docs/metrics.md')).toBe(renderMetricsPage(read('docs/metrics.md')))
  })

  it('list every error with its status, and no other', () => {
    const rows = [...read('docs/errors.md').matchAll(/^\| `(\w+)` \| (\d+) \|/gm)]
    const documented = Object.fromEntries(rows.map((row) => [row[1], Number(row[2])]))
    const real = Object.fromEntries(
      Object.entries(PUBLIC_ERRORS).map(([code, [status]]) => [code, status]),
    )
    expect(documented).toEqual(real)
    expect(rows).toHaveLength(Object.keys(real).length)
  })

  it('list every limit on callers with its default and its answer', () => {
    const rows = [
      ...read('docs/operating.md').matchAll(/^\| .+ \| `(LATCHKEY_\w+)` \| (\d+) \| (.+) \|$/gm),
    ]
    const limits = SETTINGS.filter(({ name }) =>
      /^(uri|header|body|request|stall|keepAlive|connection|stream|queue)/.test(name),
    )
    expect(limits.length).toBeGreaterThan(12)
    for (const { env, defaultText } of limits) {
      const found = rows.filter((row) => row[1] === env)
      expect(found.length, env).toBeGreaterThan(0)
      for (const row of found) expect([env, row[2]]).toEqual([env, defaultText])
    }
    expect(rows.every((row) => limits.some(({ env }) => env === row[1]))).toBe(true)
    const answers = rows.flatMap((row) => [...row[3]!.matchAll(/(\d{3}) `(\w+)`/g)])
    for (const [, status, code] of answers) {
      expect([code, PUBLIC_ERRORS[code as ErrorCode]?.[0]]).toEqual([code, Number(status)])
    }
    expect([...new Set(answers.map((answer) => Number(answer[1])))].sort()).toEqual([
      408, 413, 414, 429, 431, 503,
    ])
  })

  it('show the pattern of a key secret as it is checked', () => {
    expect(read('docs/keys.md')).toContain(KEY_SECRET_PATTERN)
  })

  it('list the flavors', () => {
    const rows = [...read('docs/functions.md').matchAll(/^\| `(\d+mCPU-\d+MB)` \|/gm)]
    expect(rows.map((row) => row[1])).toEqual(FLAVORS.map((flavor) => flavor.name))
  })

  it('link only to files that are there', () => {
    const pages = ['*.md', 'docs/**/*.md', 'runtimes/**/*.md', 'examples/**/*.md'].flatMap(
      (pattern) => globSync(pattern, { cwd: root }),
    )
    expect(pages.length).toBeGreaterThan(8)
    const dead = pages.flatMap((page) =>
      [...read(page).matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)]
        .map((match) => resolve(root, dirname(page), match[1]!))
        .filter((target) => !existsSync(target))
        .map((target) => `${page} -> ${target}`),
    )
    expect(dead).toEqual([])
  })

  it('name only npm scripts that exist', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }
    const named = ['README.md', 'CONTRIBUTING.md', 'docs/operating.md'].flatMap((page) =>
      [...read(page).matchAll(/npm run ([a-z:-]+)/g)].map((match) => match[1]!),
    )
    expect(named.filter((name) => scripts[name] === undefined)).toEqual([])
  })
})
