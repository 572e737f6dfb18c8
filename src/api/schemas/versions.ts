import { type Static, Type } from 'typebox'
import { Envs, pageParams, Time } from './common.ts'
import { FunctionAnswer, FunctionParams } from './functions.ts'
import { answer, choices, collection, nullable, ref } from './helpers.ts'

const VersionNumber = Type.Integer({ minimum: 1, maximum: 2_147_483_647 })
const EnvNames = Type.Array(Type.String())

const summary = {
  number: Type.Integer({ description: 'Counts from 1 in each function; none is given twice.' }),
  created_at: Time,
  is_current: Type.Boolean({ description: 'Whether it is the one that serves.' }),
  runtime: Type.String(),
  flavor: Type.String(),
  artifact: Type.String({ description: 'The digest of what was built: equal for equal source.' }),
  rolled_back_to: nullable(Type.Integer(), {
    default: null,
    description: 'The version that this one brought back.',
  }),
  task_id: Type.String(),
  token_id: Type.Integer({
    description:
      "The operator's token; 0 for the system itself, and for a person who is signed in.",
  }),
  token_name: Type.String({
    description: 'Who asked: the e-mail address of a person, the name of a token of nobody’s.',
  }),
}

/** One successful deployment. */
export const FunctionVersionSummary = answer('FunctionVersionSummarySerializer', summary)
export const FunctionVersionList = collection(
  'FunctionVersionListSerializer',
  FunctionVersionSummary,
)

const { code_text, files, dependencies, main_method } = FunctionAnswer.properties
export const FunctionVersionAnswer = answer('FunctionVersionSerializer', {
  ...summary,
  code_text,
  files,
  dependencies,
  main_method,
  envs: Envs,
  secret_env_names: EnvNames,
})

export const PartChangeChoices = choices('FunctionPartChangeChoices', [
  'added',
  'removed',
  'changed',
])
export const FunctionPartDiff = answer('FunctionPartDiffSerializer', {
  path: Type.String({ description: '`code_text`, `dependencies` or `files/<path>`.' }),
  change: ref(PartChangeChoices),
  diff: nullable(Type.String(), {
    default: null,
    description: 'Unified, with three lines around; null when there is too much of it.',
  }),
})
export const FunctionSettingDiff = answer('FunctionSettingDiffSerializer', {
  name: Type.String({ description: '`runtime`, `main_method` or `flavor`.' }),
  before: Type.String(),
  after: Type.String(),
})
export const FunctionEnvNamesDiff = answer('FunctionEnvNamesDiffSerializer', {
  added: EnvNames,
  removed: EnvNames,
  changed: EnvNames,
})
export const FunctionVersionDiff = answer('FunctionVersionDiffSerializer', {
  number: VersionNumber,
  with: Type.Integer({ description: 'The number of the version that it is compared with.' }),
  parts: Type.Array(ref(FunctionPartDiff)),
  settings: Type.Array(ref(FunctionSettingDiff)),
  env_names: ref(FunctionEnvNamesDiff),
})

export const FunctionVersionParams = Type.Object({
  ...FunctionParams.properties,
  number: VersionNumber,
})
export const VersionListQuery = Type.Object(pageParams(100))
export const VersionDiffQuery = Type.Object({
  with: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 2_147_483_647,
      description: 'The version to compare with; the one before when absent.',
    }),
  ),
})

export type VersionSummaryWire = Static<typeof FunctionVersionSummary>
export type VersionWire = Static<typeof FunctionVersionAnswer>
export type VersionDiffWire = Static<typeof FunctionVersionDiff>
