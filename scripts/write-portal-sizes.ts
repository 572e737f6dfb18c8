/** Writes the sizes in docs/portal.md from a build. What has changed little stays as it is. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildPortal, PORTAL_FOLDER } from './build-portal.ts'
import { replaceMarked } from './marked-part.ts'
import { BuiltPortal, HEAVY } from './portal/sizes.ts'

const PATH = join(import.meta.dirname, '../docs/portal.md')
const MARKS = {
  begin: '<!-- sizes: written by scripts/write-portal-sizes.ts -->',
  end: '<!-- end of sizes -->',
}
/** A page need not change with each line of code. */
const TOLERANCE = 0.1

/** The page with its sizes made anew. */
export function renderPage(page: string): string {
  const portal = new BuiltPortal(PORTAL_FOLDER)
  const before = new Map(
    [...page.matchAll(/^\| (.+) \| (\d+) kB \|$/gm)].map(([, what, kb]) => [what!, Number(kb)]),
  )
  const rows = Object.entries(filesByRow(portal)).map(([what, files]) => {
    const kb = portal.bytes(files) / 1000
    const said = before.get(what)
    const isNear = said !== undefined && Math.abs(said - kb) <= Math.max(1, kb * TOLERANCE)
    return `| ${what} | ${isNear ? said : Math.max(1, Math.round(kb))} kB |`
  })
  const head = ['| what is fetched | compressed |', '|---|---|']
  return replaceMarked(page, MARKS, `${[...head, ...rows].join('\n')}\n`)
}

function filesByRow(portal: BuiltPortal): Record<string, string[]> {
  const keys = portal.firstLoad('src/keys/keys-page.tsx')
  const has = new Set(keys)
  const more = (page: string) => portal.firstLoad(page).filter((file) => !has.has(file))
  return {
    'the page to log in, from nothing': portal.firstLoad('src/sign-in/sign-in-page.tsx'),
    'the list of API keys, from nothing': keys,
    'after it: a key': more('src/keys/key-page.tsx'),
    'after it: to create a key': more('src/keys/new-key-page.tsx'),
    'after it: the functions': more('src/functions/functions-page.tsx'),
    'the editor, its languages and the diff, when code is opened': portal.made(HEAVY.editor),
    'what draws charts, when the first is shown': portal.made(HEAVY.charts),
    'after the functions: the metrics of one': more('src/functions/metrics-tab.tsx'),
    'all scripts together': portal.scripts(),
  }
}

if (import.meta.main) {
  await buildPortal()
  writeFileSync(PATH, renderPage(readFileSync(PATH, 'utf8')))
}
