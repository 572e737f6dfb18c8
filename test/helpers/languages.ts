import { languagesOf } from '../../src/languages/languages.ts'
import { nodejsLanguage } from '../../src/languages/nodejs.ts'
import { NodeToolchains } from '../../src/languages/nodejs-toolchains.ts'

const toolchains = new NodeToolchains({ folder: null, environment: process.env })
const nodejs = nodejsLanguage({ toolchains, fetchable: [] })

/** What every machine that runs the tests has. */
export const NODE_ONLY = languagesOf([nodejs])
/** The Node that runs the tests. */
export const NODE_RUNTIME = nodejs.runtimes[0]!
