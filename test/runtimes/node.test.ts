import { fileURLToPath } from 'node:url'
import { describe } from 'vitest'
import { nodeVersions } from '../helpers/node-versions.ts'
import { conformance } from './suite/conformance.ts'

describe.each(await nodeVersions())('$title', ({ launcher, missing }) => {
  describe.skipIf(missing !== undefined)('conforms', () => {
    conformance({
      launcher,
      folder: fileURLToPath(new URL('fixtures/node', import.meta.url)),
      entry: 'probe.js',
      broken: { entry: 'broken.js', text: 'exports.handler = () => {{\n' },
    })
  })
})
