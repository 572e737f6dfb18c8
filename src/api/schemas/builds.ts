import { type Static, Type } from 'typebox'
import { Time } from './common.ts'
import { answer, choices, nullable, ref } from './helpers.ts'

export const BuildStatusChoices = choices('BuildStatusChoices', [
  'pending',
  'building',
  'succeeded',
  'failed',
])

/** Of the newest build of a function. */
export const FunctionBuild = answer('FunctionBuildSerializer', {
  status: ref(BuildStatusChoices),
  message: Type.String({ description: 'What the build has said so far, line by line.' }),
  started_at: nullable(Time, { default: null, description: 'Null before it is begun.' }),
  finished_at: nullable(Time, { default: null, description: 'Null before it has ended.' }),
})

export type FunctionBuildWire = Static<typeof FunctionBuild>
