import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { layerFaults } from '../../scripts/check-layers.ts'

const roots: string[] = []
afterAll(() => {
  for (const root of roots) rmSync(root, { recursive: true })
})

function tree(files: Record<string, string>): string {
  const root = mkdtempSync(join(tmpdir(), 'lk-layers-'))
  roots.push(root)
  for (const [path, text] of Object.entries(files)) {
    const file = join(root, path.startsWith('portal/') ? '' : 'src', path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text)
  }
  return root
}

it('finds nothing to say about this project', () => {
  expect(layerFaults(join(import.meta.dirname, '../..'))).toEqual([])
})

it('names an import that goes up, one of an index file, and a circle', () => {
  const root = tree({
    'domain/rule.ts': "import { db } from '../store/db.ts'",
    'store/db.ts': "export const db = await import('./other.ts')",
    'store/other.ts': "import type { db } from './db.ts'\nimport './index.ts'",
    'store/index.ts': '',
    'gateway/route.ts': "new Worker(new URL('../store/db.ts', import.meta.url))",
    'lib/fine.ts': "import { x } from 'elsewhere'",
  })
  expect(layerFaults(root).sort()).toEqual([
    'domain/rule.ts may not import store/db.ts',
    'gateway/route.ts may not import store/db.ts',
    'import cycle: store/db.ts -> store/other.ts -> store/db.ts',
    'store/other.ts imports the index file store/index.ts',
  ])
})

it('names what the portal must not import, and what the browser has no use for', () => {
  const root = tree({
    'client/http.ts':
      "import type { Socket } from 'node:net'\nimport { wait } from '../lib/wait.ts'",
    'lib/wait.ts': "import { setTimeout } from 'node:timers/promises'",
    'lib/files.ts': "import { readFileSync } from 'node:fs'\nexport type File = string",
    'control/keys.ts': '',
    'portal/src/app/api.ts': "import { send } from '../../../src/client/http.ts'",
    'portal/src/keys/keys-page.tsx':
      "import { keys } from '../../../src/control/keys.ts'\nimport type {\n  File,\n} from '../../../src/lib/files.ts'",
  })
  expect(layerFaults(root)).toEqual([
    'portal/src/keys/keys-page.tsx may not import src/control/keys.ts',
    'src/lib/wait.ts imports node:timers/promises, and the portal imports it (src/client/http.ts)',
  ])
})
