import { describe } from 'vitest'
import { NO_PYTHON, PROBE, python } from '../helpers/python.ts'
import { conformance } from './suite/conformance.ts'

const title = python === undefined ? `python, ${NO_PYTHON}` : 'python'

describe.skipIf(python === undefined)(title, () => {
  describe('in threads', () => conformance(PROBE))
  describe('on an event loop', () => conformance({ ...PROBE, method: 'async_handler' }))
})
