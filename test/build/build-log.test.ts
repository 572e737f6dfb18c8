import { expect, test } from 'vitest'
import { BuildLog } from '../../src/build/build-log.ts'

function logged(...texts: string[]): string[] {
  const lines: string[] = []
  const log = new BuildLog((line) => lines.push(line))
  log.hide('/data/artifacts', '<artifacts>')
  log.hide('/data/artifacts/.work/build-1', '.')
  for (const text of texts) log.add(text)
  return lines
}

test.each([
  ['https://user:pass@host/x', 'https://host/x'],
  ['git+ssh://git@host/x.git', 'git+ssh://host/x.git'],
  ['http://:token@host', 'http://host'],
  ['https://a%40b:p%3Aq@host:8080/', 'https://host:8080/'],
  ['https://host/@scope/name', 'https://host/@scope/name'],
  ['https://user:p@ss@host/', 'https://host/'],
  ['mail a@b.example', 'mail a@b.example'],
  ['//host/:_authToken=abc', '//host/:_authToken=***'],
  ['Authorization: Bearer abc.def', 'Authorization: Bearer ***'],
  ['cd /data/artifacts/.work/build-1/a', 'cd ./a'],
  ['cd /data/artifacts/.work/home', 'cd <artifacts>/.work/home'],
])('%s is shown as %s', (said, shown) => {
  expect(logged(said)[0]).toContain(shown)
  expect(logged(said)[0]).not.toMatch(/pass@|token@|abc/)
})

test('lines are told once after one another, cut when long, and all together bounded', () => {
  expect(logged('a\r\na\n\n  \nb   \n')).toEqual(['a', 'b'])
  expect(logged('x'.repeat(10_000))[0]).toHaveLength(2_000)
  const log = new BuildLog(() => {})
  for (let i = 0; i < 50_000; i++) log.add(`line ${i}`)
  expect(log.text.length).toBeLessThanOrEqual(64 * 1024)
  expect(log.text).toMatch(/line 49999\n$/)
  expect(log.holds('line 49998\nline 49999')).toBe(true)
  expect(log.holds('line 49999\nsomething else')).toBe(false)
})

test('however a line is made, it costs little to clean', () => {
  const log = new BuildLog(() => {})
  const startedAtMs = performance.now()
  for (const part of [
    'a',
    'a:',
    'a://',
    'a://:',
    '@',
    'bearer ',
    'authorization ',
    '_auth ',
    ' ',
  ]) {
    log.add(part.repeat(64 * 1024))
  }
  expect(performance.now() - startedAtMs).toBeLessThan(5_000)
})
