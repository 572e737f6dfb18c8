import { Ajv, type Options, type ValidateFunction } from 'ajv'
import type { FastifySchemaCompiler } from 'fastify'
import type { TSchema } from 'typebox'
import { parseInstant } from './instant.ts'
import { COMPONENTS } from './schemas/components.ts'

/**
 * Bodies say exactly what they mean and are taken as they are; everything in a URL is text, so
 * parameters are converted, a single value also into a list of one.
 */
export function createValidatorCompiler(): FastifySchemaCompiler<TSchema> {
  const bodies = once(() => createAjv({ coerceTypes: false }))
  const parameters = once(() => createAjv({ coerceTypes: 'array', useDefaults: true }))
  return ({ schema, httpPart }) => {
    return whenUsed(() => (httpPart === 'body' ? bodies() : parameters()).compile(schema))
  }
}

type Validate = ReturnType<FastifySchemaCompiler<TSchema>>

/** To compile the schemas of all routes takes a quarter of the start, and most are not asked for soon. */
function whenUsed(compile: () => ValidateFunction): Validate {
  const compiled = once(compile)
  const validate = (data: unknown): boolean => {
    const isValid = compiled()(data)
    validate.errors = compiled().errors ?? null
    return isValid
  }
  validate.errors = null as NonNullable<Validate['errors']> | null
  return validate
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}

function createAjv(options: Options): Ajv {
  const ajv = new Ajv({ allErrors: true, strict: true, allowUnionTypes: true, ...options })
  ajv.addFormat('date-time', (text: string) => parseInstant(text) !== undefined)
  for (const component of COMPONENTS) ajv.addSchema(component)
  return ajv
}
