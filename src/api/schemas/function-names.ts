import { Type } from 'typebox'
import { Name, pageParams } from './common.ts'
import { answer, collection } from './helpers.ts'

export const FunctionNames = answer('FunctionNamesSerializer', {
  name: Type.String({ description: 'Of the namespace.' }),
  functions: Type.Array(Name, { description: 'The names of its functions, in order.' }),
})
export const FunctionNamesList = collection('FunctionNamesListSerializer', FunctionNames)

/** Pages are of namespaces. */
export const FunctionNamesQuery = Type.Object(pageParams(1000))
