import { type Static, Type } from 'typebox'
import { answer, collection, nullable } from './helpers.ts'

export const Runtimes = answer('RuntimesSerializer', {
  runtimes: Type.Record(Type.String(), Type.Array(Type.String()), {
    description: 'Runtime names by language.',
  }),
  details: Type.Array(
    Type.Object({
      name: Type.String(),
      language: Type.String(),
      ready: Type.Boolean({
        description: 'False: the first build of a function that wants it fetches it.',
      }),
    }),
    { description: 'The same runtimes in the same order.' },
  ),
})

export const MemoryEnforcedBy = Type.Enum(['cgroup', 'watch'], {
  type: 'string',
  description:
    'What keeps the memory of a flavor: the kernel by a control group, or a watch that ends an instance which holds a quarter and 32 MB more.',
})
export const CpuEnforcedBy = Type.Enum(['cgroup', 'none'], {
  type: 'string',
  description: 'What keeps the processor share of a flavor.',
})

export const IsolationAnswer = answer('IsolationSerializer', {
  level: Type.Enum(['namespaced', 'process'], {
    type: 'string',
    description: '`namespaced`: every guarantee holds.',
  }),
  memory_enforced_by: MemoryEnforcedBy,
  cpu_enforced_by: CpuEnforcedBy,
  guarantees: Type.Array(
    Type.Object({
      name: Type.String(),
      promise: Type.String(),
      holds: Type.Boolean(),
      reason: Type.String({ description: 'How it is kept, or why it does not hold.' }),
    }),
  ),
})

export const FlavorAnswer = answer('FaasFlavorSerializer', {
  name: Type.Optional(nullable(Type.String(), { default: null })),
  cpu: Type.Integer({ minimum: 1, maximum: 2000, description: 'Thousandths of a core.' }),
  ram: Type.Integer({ minimum: 1, maximum: 2000, description: 'MB.' }),
  memory_enforced_by: MemoryEnforcedBy,
  cpu_enforced_by: CpuEnforcedBy,
})
export const FlavorList = collection('FaasFlavorsListSerializer', FlavorAnswer)

export const FlavorQuery = Type.Object({
  name: Type.Optional(
    nullable(Type.String({ pattern: '^[0-9]{0,12}mCPU-[0-9]{0,12}MB$' }), { default: null }),
  ),
})

export type FlavorWire = Static<typeof FlavorAnswer>
