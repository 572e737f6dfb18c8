import { Ajv, type ErrorObject, type Options, type ValidateFunction } from 'ajv'
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
    if (httpPart === 'body') return whenUsed(() => bodies().compile(schema))
    return refusingEndless(whenUsed(() => parameters().compile(schema)))
  }
}

type Validate = ReturnType<FastifySchemaCompiler<TSchema>>

/** To Ajv the text `Infinity`, and `1e999` too, is an integer within any bounds once it is converted. */
function refusingEndless(check: Validate): Validate {
  const validate = (data: unknown): boolean => {
    const isValid = check(data) === true
    const endless = endlessNumbers(data)
    validate.errors = endless.length > 0 ? endless : (check.errors ?? null)
    return isValid && endless.length === 0
  }
  validate.errors = null as NonNullable<Validate['errors']> | null
  return validate
}

function endlessNumbers(data: unknown): ErrorObject[] {
  const isEndless = (value: unknown) => typeof value === 'number' && !Number.isFinite(value)
  return Object.entries(data ?? {}).flatMap(([name, value]) => {
    if (![value].flat().some(isEndless)) return []
    const keyword = 'type'
    return [{ keyword, params: { type: 'integer' }, instancePath: `/${name}`, schemaPath: '' }]
  })
}

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
