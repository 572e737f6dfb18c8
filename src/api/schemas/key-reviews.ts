import { type Static, Type } from 'typebox'
import { FINDING_KINDS } from '../../domain/key-review.ts'
import { Name, NamespacedName, pageParams, Time } from './common.ts'
import { answer, choices, nullable, ref, refWith, withDefault } from './helpers.ts'
import { ApiKey } from './keys.ts'

/** Ten years: more than usage is ever kept. */
const DAYS_MAX = 3650

export const KeyFindingKind = choices('KeyFindingKindChoices', [...FINDING_KINDS])
export const KeyReviewOrder = choices('KeyReviewOrderByChoices', ['name', 'severity'])

export const KeyFinding = answer('KeyFindingSerializer', {
  kind: ref(KeyFindingKind),
  since: nullable(Type.String(), {
    description: 'Since when it is so, or the last use; null when that is not known.',
  }),
  function: nullable(ref(NamespacedName), { description: 'Of `unused_function`.' }),
  namespace: nullable(Name, { description: 'Of `unused_namespace` and `broad_namespace`.' }),
  called_functions: Type.Array(ref(NamespacedName), {
    description: 'Of `broad_namespace`: those that were called.',
  }),
  functions_count: nullable(Type.Integer(), {
    description: 'Of a namespace: how many functions it has.',
  }),
  message: Type.String(),
})

export const KeyReview = answer('KeyReviewSerializer', {
  key: ref(ApiKey),
  findings: Type.Array(ref(KeyFinding)),
})

export const EndedKeys = answer('EndedKeysSerializer', {
  disabled: Type.Integer(),
  expired: Type.Integer(),
})

export const KeyReviewList = answer('KeyReviewListSerializer', {
  count: Type.Integer({ minimum: 0, description: 'Keys of which something was found.' }),
  results: Type.Array(ref(KeyReview)),
  days: Type.Integer({ description: 'As asked for, or as long as usage is kept.' }),
  since: Time,
  ended: refWith(EndedKeys, {
    description:
      'How many keys do not work as they are: looked at only with `kind=disabled` or `kind=expired`.',
  }),
})

export const KeyReviewQuery = Type.Object({
  days: withDefault(
    Type.Integer({
      default: 90,
      minimum: 1,
      maximum: DAYS_MAX,
      description: 'What was not used for so many days counts as unused.',
    }),
  ),
  secret_days: withDefault(
    Type.Integer({
      default: 365,
      minimum: 1,
      maximum: DAYS_MAX,
      description: 'A secret that is older counts as old.',
    }),
  ),
  kind: Type.Optional(
    Type.Array(ref(KeyFindingKind), {
      description: 'Only such findings. All but `disabled` and `expired` when absent.',
    }),
  ),
  ...pageParams(100),
  order_by: withDefault(refWith(KeyReviewOrder, { default: 'severity' })),
})

export type KeyReviewListWire = Static<typeof KeyReviewList>
