import { fileURLToPath } from 'node:url'
import { nodeShim } from '../helpers/shim.ts'
import { conformance } from './suite/conformance.ts'

conformance({
  launcher: nodeShim,
  folder: fileURLToPath(new URL('fixtures/node', import.meta.url)),
  entry: 'probe.js',
  broken: { entry: 'broken.js', text: 'exports.handler = () => {{\n' },
})
