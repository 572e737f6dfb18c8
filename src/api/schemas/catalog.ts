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

export const FlavorAnswer = answer('FaasFlavorSerializer', {
  name: Type.Optional(nullable(Type.String(), { default: null })),
  cpu: Type.Integer({ minimum: 1, maximum: 2000, description: 'Thousandths of a core.' }),
  ram: Type.Integer({ minimum: 1, maximum: 2000, description: 'MB.' }),
})
export const FlavorList = collection('FaasFlavorsListSerializer', FlavorAnswer)

export const FlavorQuery = Type.Object({
  name: Type.Optional(
    nullable(Type.String({ pattern: '^[0-9]{0,12}mCPU-[0-9]{0,12}MB$' }), { default: null }),
  ),
})

export type FlavorWire = Static<typeof FlavorAnswer>
