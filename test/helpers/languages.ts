import { languagesOf } from '../../src/languages/languages.ts'
import { nodejs } from '../../src/languages/nodejs.ts'

/** What every machine that runs the tests has. */
export const NODE_ONLY = languagesOf([nodejs])
/** The Node that runs the tests. */
export const NODE_RUNTIME = nodejs.runtimes[0]!
