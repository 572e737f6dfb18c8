import { readFileSync } from 'node:fs'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import addFormatsModule from 'ajv-formats'
import { expect } from 'vitest'

/** A value of the schema a line. */
const JSON_LINES = 'application/x-ndjson'
const addFormats = addFormatsModule as unknown as (ajv: Ajv2020) => void

interface Media {
  readonly schema?: unknown
}
interface Operation {
  readonly operationId?: string
  readonly parameters?: readonly {
    readonly name: string
    readonly in: string
    readonly required?: boolean
  }[]
  readonly responses: Readonly<Record<string, { readonly content?: Record<string, Media> }>>
}
export interface OpenapiDocument {
  readonly openapi: string
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly schemas: Readonly<Record<string, Record<string, unknown>>> }
}

export const contract = load('../fixtures/contract/faas-contract.openapi.json')
export const document = load('../../openapi.json')

const againstContract = createChecker(contract)
const againstDocument = createChecker(document)

export interface Answered {
  readonly method: string
  readonly url: string
  readonly status: number
  readonly contentType: string
  readonly body: string
}

/**
 * Every answer of the API passes here. A success has the contract's form (where the contract has the
 * path) and the OpenAPI document's; an error is a problem with `message`, documented for the route.
 */
export function checkAnswer(answered: Answered): void {
  const path = answered.url.split('?', 1)[0]!.replace(/(.)\/$/, '$1')
  const { status } = answered
  if (status >= 400 && !(path === '/readyz' && status === 503)) {
    checkProblem(answered)
    const documented = againstDocument.operation(answered.method, path)
    if (documented !== undefined && status !== 503) {
      expect(Object.keys(documented.responses), where(answered)).toContain(String(status))
    }
    return
  }
  const known = againstContract.operation(answered.method, path)
  if (known !== undefined) {
    expect(Object.keys(known.responses), where(answered)).toContain(String(status))
    againstContract.check(answered, path)
  }
  expect(againstDocument.operation(answered.method, path), where(answered)).toBeDefined()
  againstDocument.check(answered, path)
}

function checkProblem(answered: Answered): void {
  expect(answered.contentType, where(answered)).toMatch(/^application\/problem\+json/)
  const problem = JSON.parse(answered.body)
  const validate = againstDocument.component('Problem')
  expect(validate(problem), `${where(answered)} ${JSON.stringify(validate.errors)}`).toBe(true)
  expect(problem.status).toBe(answered.status)
  expect(problem.message).toBe(problem.detail)
  expect(problem.message).not.toMatch(/undefined|\[object/)
}

function createChecker(openapi: OpenapiDocument) {
  const ajv = new Ajv2020({ strict: false, allErrors: true })
  addFormats(ajv)
  ajv.addSchema(openapi, 'doc')
  const paths = Object.keys(openapi.paths).map((template) => ({
    template,
    expression: new RegExp(`^${template.replaceAll(/\{[^}]+\}/g, '[^/]+')}$`),
  }))
  const validators = new Map<string, ValidateFunction>()

  function compile(pointer: string): ValidateFunction {
    const found = validators.get(pointer) ?? ajv.compile({ $ref: `doc#${pointer}` })
    validators.set(pointer, found)
    return found
  }

  function operation(method: string, path: string): Operation | undefined {
    const template = paths.find(({ expression }) => expression.test(path))?.template
    return template === undefined ? undefined : openapi.paths[template]![method.toLowerCase()]
  }

  return {
    operation,
    component: (name: string) => compile(`/components/schemas/${name}`),
    check(answered: Answered, path: string): void {
      const template = paths.find(({ expression }) => expression.test(path))!.template
      const method = answered.method.toLowerCase()
      const response = openapi.paths[template]![method]!.responses[answered.status]
      if (response?.content === undefined) {
        expect(answered.body, where(answered)).toBe('')
        return
      }
      const isLines = JSON_LINES in response.content
      const type = isLines ? JSON_LINES : 'application/json'
      expect(answered.contentType.split(';')[0], where(answered)).toBe(type)
      const parts = ['paths', template, method, 'responses', String(answered.status), 'content']
      const pointer = [...parts, type, 'schema'].map(escapePart).join('/')
      const validate = compile(`/${pointer}`)
      const values = isLines ? answered.body.split('\n').slice(0, -1) : [answered.body]
      for (const value of values) {
        const fits = validate(JSON.parse(value))
        expect(fits, `${where(answered)} ${JSON.stringify(validate.errors)}`).toBe(true)
      }
    },
  }
}

function escapePart(part: string): string {
  return encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))
}

function where({ method, url, status }: Answered): string {
  return `${method} ${url} -> ${status}`
}

function load(path: string): OpenapiDocument {
  return JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'))
}
