import { fileURLToPath } from 'node:url'
import { onEachNode } from '../helpers/node-versions.ts'
import { conformance } from './suite/conformance.ts'

await onEachNode(({ launcher }) =>
  conformance({
    launcher,
    folder: fileURLToPath(new URL('fixtures/node', import.meta.url)),
    entry: 'probe.js',
    broken: { entry: 'broken.js', text: 'exports.handler = () => {{\n' },
  }),
)
