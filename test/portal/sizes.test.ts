import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { PORTAL_FOLDER } from '../../scripts/build-portal.ts'
import { BuiltPortal, FIRST_LOAD_BYTES_MAX, HEAVY } from '../../scripts/portal/sizes.ts'
import { renderPage } from '../../scripts/write-portal-sizes.ts'

const portal = new BuiltPortal(PORTAL_FOLDER)

describe.each([
  'src/sign-in/sign-in-page.tsx',
  'src/keys/keys-page.tsx',
  'src/functions/functions-page.tsx',
])('what must be fetched before %s is there', (page) => {
  const files = portal.firstLoad(page)

  it('is less than 250 kB compressed', () => {
    const bytes = portal.bytes(files)
    expect(bytes).toBeGreaterThan(50_000)
    expect(bytes).toBeLessThan(FIRST_LOAD_BYTES_MAX)
  })

  it.each(Object.entries(HEAVY))('has nothing of the %s', (_, packages) => {
    const names = files.flatMap((file) => Object.keys(portal.packages[file] ?? {}))
    expect(names).toContain('react-dom')
    expect(names.filter((name) => packages.test(name))).toEqual([])
  })
})

it.each([
  'src/keys/key-page.tsx',
  'src/functions/overview-tab.tsx',
  'src/functions/metrics-tab.tsx',
])('%s is there before what draws its charts', (page) => {
  const drawing = portal.made(HEAVY.charts)
  expect(drawing.length).toBeGreaterThan(0)
  expect(portal.firstLoad(page).filter((file) => drawing.includes(file))).toEqual([])
})

it('has the styles of all that it draws; portal/src/app/mantine.css says which', () => {
  const classesIn = (texts: readonly string[]) =>
    new Set(texts.flatMap((text) => text.match(/\bm_[0-9a-f]+\b/g) ?? []))
  const mantine = fileURLToPath(import.meta.resolve('@mantine/core/styles.css'))
  const known = classesIn([readFileSync(mantine, 'utf8')])
  const styled = classesIn(portal.styles())
  const drawn = [...classesIn(portal.scriptTexts())].filter((name) => known.has(name))
  expect(drawn.length).toBeGreaterThan(100)
  expect(drawn.filter((name) => !styled.has(name))).toEqual([])
})

it('leaves the choice between light and dark to the browser, which alone knows what was chosen', () => {
  const styles = portal.styles()
  expect(styles.some((text) => text.includes('light-dark('))).toBe(true)
  expect(styles.filter((text) => text.includes('--lightningcss-'))).toEqual([])
})

it('docs/portal.md says how large it is; `npm run generate` writes it', () => {
  const page = readFileSync(new URL('../../docs/portal.md', import.meta.url), 'utf8')
  expect(page).toBe(renderPage(page))
})
