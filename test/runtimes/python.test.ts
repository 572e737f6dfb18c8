import { describe } from 'vitest'
import { NO_PYTHON, PROBE, python } from '../helpers/python.ts'
import { conformance } from './suite/conformance.ts'

describe.skipIf(python === undefined)(
  `python${python === undefined ? `, ${NO_PYTHON}` : ''}`,
  () => {
    conformance(PROBE)
  },
)
