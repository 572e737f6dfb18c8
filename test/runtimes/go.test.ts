import { readFileSync } from 'node:fs'
import { describe, test } from 'vitest'
import { buildGo, go, goLauncher } from '../helpers/go.ts'
import { conformance } from './suite/conformance.ts'

const PROBE = new URL('fixtures/go/handler.go', import.meta.url)
const BROKEN = 'package kubeless\n\nfunc Handler( {\n'

if (go === undefined) {
  describe.skip('go: the conformance suite (there is no Go on this machine)', () =>
    test('', () => {}))
} else {
  const folder = await buildGo({ code: readFileSync(PROBE, 'utf8') })
  conformance({
    launcher: goLauncher(folder),
    folder,
    entry: 'function',
    method: 'Handler',
    broken: { entry: 'handler.go', text: BROKEN, start: () => buildGo({ code: BROKEN }) },
    emptyData: { kind: 'text', value: '' },
  })
}
