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
    return refusingOddNumbers(
      schema,
      whenUsed(() => parameters().compile(schema)),
    )
  }
}

type Validate = ReturnType<FastifySchemaCompiler<TSchema>>

/**
 * Converting takes `0x1`, ` 1` and `1e3` for integers, and `Infinity`, `1e999` and 400 digits for ones within
 * any bounds. Checked before, for afterwards nothing tells how they were written.
 */
function refusingOddNumbers(schema: TSchema, check: Validate): Validate {
  const { properties = {} } = schema as { readonly properties?: Readonly<Record<string, TSchema>> }
  const names = Object.keys(properties).filter((name) => holdsIntegers(properties[name]!))
  const validate = (data: unknown): boolean => {
    const odd = names.filter((name) => isOdd((data as Readonly<Record<string, unknown>>)[name]))
    const isValid = check(data) === true
    validate.errors = isValid && odd.length > 0 ? odd.map(noInteger) : (check.errors ?? null)
    return isValid && odd.length === 0
  }
  validate.errors = null as NonNullable<Validate['errors']> | null
  return validate
}

function holdsIntegers(schema: TSchema): boolean {
  const { type, items } = schema as { readonly type?: unknown; readonly items?: TSchema }
  return type === 'integer' || (items !== undefined && holdsIntegers(items))
}

/** One text, or several where the name is repeated. */
function isOdd(given: unknown): boolean {
  return [given].flat().some((text) => typeof text === 'string' && !/^-?\d{1,20}$/.test(text))
}

function noInteger(name: string): ErrorObject {
  const params = { type: 'integer' }
  return { keyword: 'type', params, instancePath: `/${name}`, schemaPath: '' }
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
