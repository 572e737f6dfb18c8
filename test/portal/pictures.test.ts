import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { EMPTY_SHOTS, SHOTS } from '../../scripts/portal/shots.ts'
import { everyPage } from './every-page.ts'

const DOCS = join(import.meta.dirname, '../../docs')
const ALL = [...EMPTY_SHOTS, ...SHOTS]

it('every page of the table of routes has a picture', () => {
  // Any function stands for all of them, and a log-out is over before there is something to see.
  const shown = new Set(ALL.map(({ path }) => path.replace('/reports/daily', '/shop/price')))
  const pages = everyPage().filter((path) => path !== '/portal/sign-out')
  expect(pages.filter((path) => !shown.has(path))).toEqual([])
})

it('every picture has a name of its own, is there, and nothing else is', () => {
  const names = ALL.map(({ name }) => `${name}.png`).sort()
  expect(names).toEqual([...new Set(names)])
  expect(readdirSync(join(DOCS, 'portal')).sort()).toEqual(names)
})

it('every picture is shown once in docs/portal.md, with words for who does not see it', () => {
  const text = readFileSync(join(DOCS, 'portal.md'), 'utf8')
  const shown = [...text.matchAll(/!\[(.*?)\]\(portal\/(.+?)\.png\)/g)]
  expect(shown.map(([, , name]) => name).sort()).toEqual(ALL.map(({ name }) => name).sort())
  expect(shown.filter(([, words]) => words!.length < 5)).toEqual([])
})
