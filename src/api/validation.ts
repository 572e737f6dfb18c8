import { Ajv, type Options } from 'ajv'
import type { FastifySchemaCompiler } from 'fastify'
import type { TSchema } from 'typebox'
import { parseInstant } from './instant.ts'
import { COMPONENTS } from './schemas/components.ts'

/**
 * Bodies say exactly what they mean and are taken as they are; everything in a URL is text, so
 * parameters are converted, a single value also into a list of one.
 */
export function createValidatorCompiler(): FastifySchemaCompiler<TSchema> {
  const bodies = createAjv({ coerceTypes: false })
  const parameters = createAjv({ coerceTypes: 'array', useDefaults: true })
  return ({ schema, httpPart }) => (httpPart === 'body' ? bodies : parameters).compile(schema)
}

function createAjv(options: Options): Ajv {
  const ajv = new Ajv({ allErrors: true, strict: true, allowUnionTypes: true, ...options })
  ajv.addFormat('date-time', (text: string) => parseInstant(text) !== undefined)
  for (const component of COMPONENTS) ajv.addSchema(component)
  return ajv
}
