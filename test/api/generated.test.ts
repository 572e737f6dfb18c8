import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { KEYS, startApi, type TestApi } from './api-harness.ts'
import { document } from './contract-check.ts'
import { cloudRoutes } from './route-list.ts'

/* Requests made from the schemas of the OpenAPI document: mostly right, with something odd in them. */

interface Schema {
  readonly $ref?: string
  readonly allOf?: readonly Schema[]
  readonly anyOf?: readonly Schema[]
  readonly enum?: readonly unknown[]
  readonly type?: string
  readonly pattern?: string
  readonly format?: string
  readonly minimum?: number
  readonly maximum?: number
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: Schema | boolean
  readonly items?: Schema
}
interface Parameter {
  readonly name: string
  readonly in: string
  readonly schema: Schema
}
interface Documented {
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: { readonly content: Readonly<Record<string, { schema: Schema }>> }
}

const NAMES = ['hello', 'demo', 'a-key', 'ab', 'nobody']
const ODD_TEXTS = ['', 'x'.repeat(300), '\0', '\ud800', '__proto__', '../..', '%', "' or 1=1 --"]
const text = fc.oneof(
  fc.constantFrom(...NAMES, ...ODD_TEXTS, 'nodejs26', '80mCPU-128MB'),
  fc.string({ unit: 'binary' }),
)
const odd = fc.oneof(text, fc.integer(), fc.constantFrom(null, true, [], {}, 1e308), fc.jsonValue())

/** Values that mostly fit the schema. */
function fitting(schema: Schema): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 12, arbitrary: exactly(schema) }, { weight: 1, arbitrary: odd })
}

function exactly(schema: Schema): fc.Arbitrary<unknown> {
  const { $ref, allOf, anyOf, enum: values } = schema
  if ($ref !== undefined) return exactly(document.components.schemas[$ref.split('/').at(-1)!]!)
  if (allOf !== undefined) return exactly(allOf[0]!)
  if (anyOf !== undefined) return fc.oneof(...anyOf.map(exactly))
  if (values !== undefined) return fc.constantFrom(...values)
  switch (schema.type) {
    case 'object':
      return members(schema)
    case 'array':
      return fc.array(fitting(schema.items ?? {}), { maxLength: 3 })
    case 'integer':
      return fc.oneof(
        fc.integer({ min: schema.minimum ?? -9, max: schema.maximum ?? 99 }),
        fc.constantFrom(-1, 0, 2 ** 53, 1e300),
      )
    case 'boolean':
      return fc.boolean()
    case 'null':
      return fc.constant(null)
    default:
      if (schema.format !== undefined) return fc.constantFrom('2030-01-01T00:00:00Z', 'soon')
      return schema.pattern === undefined ? text : fc.oneof(fc.constantFrom(...NAMES), text)
  }
}

function members(schema: Schema): fc.Arbitrary<unknown> {
  const { properties, required, additionalProperties } = schema
  if (properties === undefined) {
    const member = typeof additionalProperties === 'object' ? additionalProperties : {}
    return fc.dictionary(fc.oneof(fc.constant('NAME'), text), fitting(member), { maxKeys: 3 })
  }
  const known = Object.entries(properties).map(([name, member]) => [name, fitting(member)])
  return fc.record(Object.fromEntries(known), {
    requiredKeys: [...(required ?? [])] as never[],
  })
}

let api: TestApi

beforeAll(async () => {
  api = await startApi()
  await api.createDemo()
  await api.call('POST', KEYS, { body: { name: 'a-key' } })
  await api.taskEnd(await api.createFunction('hello'))
})
afterAll(() => api.close())

describe.each(cloudRoutes)('$name', ({ method, path }) => {
  const operation = document.paths[path]![method.toLowerCase()] as unknown as Documented
  const parameters = (operation.parameters ?? []).filter((one) => one.in !== 'header')
  const body = operation.requestBody?.content['application/json']?.schema
  const requests = fc.record({
    values: fc.tuple(...parameters.map(({ name, schema }) => parameterOf(name, schema))),
    body: body === undefined ? fc.constant(undefined) : fitting(body),
    key: fc.option(fc.constantFrom('one', 'two'), { nil: undefined, freq: 4 }),
  })

  it('answers every request as documented, and never 500', async () => {
    await fc.assert(
      fc.asyncProperty(requests, async (request) => {
        const url = urlOf(path, parameters, request.values)
        const answer = await api.call(method, url, {
          ...(request.body === undefined ? {} : { raw: JSON.stringify(request.body) }),
          ...(request.key === undefined ? {} : { headers: { 'idempotency-key': request.key } }),
        })
        expect(answer.status, answer.text).toBeLessThan(500)
      }),
      { numRuns: 60 },
    )
  })
})

function parameterOf(name: string, schema: Schema): fc.Arbitrary<unknown> {
  if (name === 'project_id' || name === 'region_id') {
    return fc.oneof({ weight: 9, arbitrary: fc.constant(1) }, { weight: 1, arbitrary: odd })
  }
  return fc.option(fitting(schema), { nil: undefined })
}

function urlOf(path: string, parameters: readonly Parameter[], values: readonly unknown[]): string {
  let url = path
  const query: string[] = []
  parameters.forEach(({ name, in: place }, i) => {
    const value = values[i]
    if (place === 'path') url = url.replace(`{${name}}`, encoded(value ?? 'hello') || 'ab')
    else if (value !== undefined) {
      for (const one of [value].flat()) query.push(`${name}=${encoded(one)}`)
    }
  })
  return query.length === 0 ? url : `${url}?${query.join('&')}`
}

function encoded(value: unknown): string {
  const written = typeof value === 'string' ? value : JSON.stringify(value)
  return encodeURIComponent(written.toWellFormed())
}
