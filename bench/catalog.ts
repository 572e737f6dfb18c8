import { atRestRows, atRestText } from './document/sections/at-rest.ts'
import { atRestFullRows, atRestFullText } from './document/sections/at-rest-full.ts'
import { burstRows, burstText } from './document/sections/burst.ts'
import { coldStartRows, coldStartText } from './document/sections/cold-start.ts'
import { cpuPerRequestRows, cpuPerRequestText } from './document/sections/cpu-per-request.ts'
import { growthRows, growthText } from './document/sections/growth.ts'
import { idlePoolRows, idlePoolText } from './document/sections/idle-pool.ts'
import { keyVerdictRows, keyVerdictText } from './document/sections/key-verdict.ts'
import { languagesRows, languagesText } from './document/sections/languages.ts'
import { latencyAtLoadRows, latencyAtLoadText } from './document/sections/latency-at-load.ts'
import { manyFunctionsRows, manyFunctionsText } from './document/sections/many-functions.ts'
import { revocationRows, revocationText } from './document/sections/revocation.ts'
import { startUpRows, startUpText } from './document/sections/start-up.ts'
import { tableSizeRows, tableSizeText } from './document/sections/table-size.ts'
import { warmLatencyRows, warmLatencyText } from './document/sections/warm-latency.ts'
import { wrongKeysRows, wrongKeysText } from './document/sections/wrong-keys.ts'
import { type Measurement, measurement } from './measurement.ts'
import { measureAtRest } from './measures/at-rest.ts'
import { measureAtRestFull } from './measures/at-rest-full.ts'
import { measureBurst } from './measures/burst.ts'
import { measureColdStart } from './measures/cold-start.ts'
import { compareCpuPerRequest } from './measures/cpu-per-request.ts'
import { measureGrowth } from './measures/growth.ts'
import { measureIdlePool } from './measures/idle-pool.ts'
import { measureKeyVerdicts } from './measures/key-verdict.ts'
import { measureLanguages } from './measures/languages.ts'
import { measureLatencyAtLoad } from './measures/latency-at-load.ts'
import { measureManyFunctions } from './measures/many-functions.ts'
import { measureRevocation } from './measures/revocation.ts'
import { measureStartUp } from './measures/start-up.ts'
import { measureTableSize } from './measures/table-size.ts'
import { measureWarmLatency } from './measures/warm-latency.ts'
import { measureWrongKeys } from './measures/wrong-keys.ts'
import { noMemory, noProc, noTwoCores, noWrk } from './tools/abilities.ts'

/** What an instance takes, with room. */
const INSTANCE_BYTES = 40e6

/** Every measurement, in the order in which they are made and stand on the page. */
export const CATALOG: readonly Measurement[] = [
  measurement({
    name: 'start-up',
    title: 'Start-up',
    measure: ({ scratch, plan }) => measureStartUp(scratch, plan.startUpRuns),
    text: startUpText,
    rows: startUpRows,
  }),
  measurement({
    name: 'cold-start',
    title: 'Cold start',
    measure: ({ scratch, plan }) => measureColdStart(scratch, plan.coldStart),
    text: coldStartText,
    rows: coldStartRows,
  }),
  measurement({
    name: 'languages',
    title: 'Languages',
    lacks: noProc,
    measure: measureLanguages,
    text: languagesText,
    rows: languagesRows,
  }),
  measurement({
    name: 'burst',
    title: 'Many requests at once for a function without an instance',
    measure: ({ scratch, plan }) => measureBurst(scratch, plan.burst),
    text: burstText,
    rows: burstRows,
  }),
  measurement({
    name: 'warm-latency',
    title: 'Warm latency',
    measure: ({ scratch, plan }) => measureWarmLatency(scratch, plan.warmLatency),
    text: warmLatencyText,
    rows: warmLatencyRows,
  }),
  measurement({
    name: 'at-rest',
    title: 'At rest',
    lacks: noProc,
    measure: ({ scratch, plan }) => measureAtRest(scratch, plan.idleSeconds),
    text: atRestText,
    rows: atRestRows,
  }),
  measurement({
    name: 'at-rest-full',
    title: 'At rest and started with much installed',
    lacks: noProc,
    measure: ({ scratch, plan }) => measureAtRestFull(scratch, plan.full, plan.idleSeconds),
    text: atRestFullText,
    rows: atRestFullRows,
  }),
  measurement({
    name: 'idle-pool',
    title: 'An idle pool',
    lacks: noProc,
    measure: ({ scratch, plan }) => measureIdlePool(scratch, plan.idleSeconds),
    text: idlePoolText,
    rows: idlePoolRows,
  }),
  measurement({
    name: 'cpu-per-request',
    title: 'Processor time per request',
    lacks: noWrk,
    measure: compareCpuPerRequest,
    text: cpuPerRequestText,
    rows: cpuPerRequestRows,
  }),
  measurement({
    name: 'latency-at-load',
    title: 'Latency at 70 % of saturation',
    lacks: noWrk,
    measure: measureLatencyAtLoad,
    text: latencyAtLoadText,
    rows: latencyAtLoadRows,
  }),
  measurement({
    name: 'wrong-keys',
    title: 'Wrong keys',
    lacks: noTwoCores,
    measure: measureWrongKeys,
    text: wrongKeysText,
    rows: wrongKeysRows,
  }),
  measurement({
    name: 'many-functions',
    title: 'Many functions',
    lacks: ({ manyFunctions: { functions } }) =>
      noWrk() ?? noMemory(functions * INSTANCE_BYTES, `${functions} instances`),
    measure: measureManyFunctions,
    text: manyFunctionsText,
    rows: manyFunctionsRows,
  }),
  measurement({
    name: 'table-size',
    title: 'Large tables',
    lacks: noWrk,
    measure: measureTableSize,
    text: tableSizeText,
    rows: tableSizeRows,
  }),
  measurement({
    name: 'key-verdict',
    title: 'From the key to the verdict',
    measure: measureKeyVerdicts,
    text: keyVerdictText,
    rows: keyVerdictRows,
  }),
  measurement({
    name: 'growth',
    title: 'While the table grows',
    lacks: noTwoCores,
    measure: measureGrowth,
    text: growthText,
    rows: growthRows,
  }),
  measurement({
    name: 'revocation',
    title: 'Revocation',
    measure: measureRevocation,
    text: revocationText,
    rows: revocationRows,
  }),
]
