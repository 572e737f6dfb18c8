import { fileURLToPath } from 'node:url'
import { findPython } from '../../src/languages/python.ts'
import { type ShimLauncher, ShimProcess } from './shim.ts'

/** The Python of this machine; undefined where there is none. */
export const python = await findPython(process.env)

/** For titles of tests that are left out. */
export const NO_PYTHON = 'left out: there is no python3'

export const pythonShim: ShimLauncher = {
  language: 'python',
  command: python === undefined ? ['python3'] : launch(python.runtimes[0]!),
}

export function launch(runtime: string): ShimLauncher['command'] {
  const { command, args } = python!.start({
    runtime,
    memoryMb: 128,
    envs: {},
    folder: '',
    entry: '',
  })
  return [command, ...args]
}

export const PROBE = {
  launcher: pythonShim,
  folder: fileURLToPath(new URL('../runtimes/fixtures/python', import.meta.url)),
  entry: 'probe.py',
  broken: { entry: 'broken.py', text: 'def handler(event, context):\n  return (\n' },
  emptyData: { kind: 'bytes', value: '' },
}

/** An instance of one file of code. */
export function startPython(code: string, method = 'handler'): Promise<ShimProcess> {
  const files = { 'handler.py': code }
  return ShimProcess.start({ launcher: pythonShim, files, entry: 'handler.py', method })
}
