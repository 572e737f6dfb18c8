import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import manifest from '../../package.json' with { type: 'json' }
import { openapiText } from '../../src/api/openapi-text.ts'
import { contract, document } from './contract-check.ts'

const METHODS = ['get', 'post', 'put', 'patch', 'delete']

function operations(openapi: typeof contract) {
  return Object.entries(openapi.paths).flatMap(([path, item]) =>
    Object.entries(item)
      .filter(([method]) => METHODS.includes(method))
      .map(([method, operation]) => ({
        name: `${method.toUpperCase()} ${path}`,
        path,
        method,
        operation,
      })),
  )
}

function references(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return []
  const own = '$ref' in value ? [String(value.$ref)] : []
  return [...own, ...Object.values(value).flatMap(references)]
}

describe('openapi.json', () => {
  it('is what the routes say; `npm run generate` writes it', async () => {
    const written = readFileSync(new URL('../../openapi.json', import.meta.url), 'utf8')
    expect(written === (await openapiText(manifest.version))).toBe(true)
  })

  it('is OpenAPI 3.1 whose references all lead somewhere', () => {
    expect(document.openapi).toBe('3.1.0')
    for (const reference of references(document)) {
      const name = /^#\/components\/schemas\/(\w+)$/.exec(reference)?.[1]
      expect(Object.keys(document.components.schemas), reference).toContain(name)
    }
  })

  it('has components that are JSON Schema 2020-12', () => {
    const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, formats: { 'date-time': true } })
    ajv.addVocabulary(['openapi', 'info', 'servers', 'components', 'paths'])
    ajv.addSchema(document, 'doc')
    for (const name of Object.keys(document.components.schemas)) {
      expect(() => ajv.compile({ $ref: `doc#/components/schemas/${name}` }), name).not.toThrow()
    }
  })

  it('gives every operation an id of its own, a summary, and a documented answer for 401 behind the token', () => {
    const ids = operations(document).map(({ operation }) => operation.operationId)
    expect(new Set(ids).size).toBe(ids.length)
    for (const { name, path, operation } of operations(document)) {
      expect(operation, name).toHaveProperty('summary')
      if (!path.startsWith('/cloud/')) continue
      expect(operation, name).toHaveProperty('security', [{ APIKey: [] }])
      expect(Object.keys(operation.responses), name).toEqual(
        expect.arrayContaining(['400', '401', '404', '500']),
      )
    }
  })

  it.each(operations(contract))('has $name of the contract', ({ path, method, operation }) => {
    const ours = document.paths[path]?.[method]
    expect(ours?.operationId).toBe(operation.operationId)
    const named = (parameters: typeof operation.parameters) =>
      (parameters ?? []).filter((p) => p.in !== 'header').map((p) => `${p.in} ${p.name}`)
    const [wanted, there] = [named(operation.parameters), named(ours?.parameters)]
    expect(there).toEqual(expect.arrayContaining(wanted))
    // What goes past the contract may be left out by its clients.
    const further = (ours?.parameters ?? []).filter((p) => !wanted.includes(`${p.in} ${p.name}`))
    expect(further.filter((p) => p.required === true)).toEqual([])
    for (const status of Object.keys(operation.responses)) {
      expect(Object.keys(ours!.responses)).toContain(status)
    }
  })

  it.each(Object.keys(contract.components.schemas))('has the members of %s', (name) => {
    const theirs = contract.components.schemas[name]!
    const ours = document.components.schemas[name]!
    expect(ours).toBeDefined()
    const members = (schema: Record<string, unknown>) => Object.keys(schema.properties ?? {})
    expect(members(ours)).toEqual(expect.arrayContaining(members(theirs)))
    if (Array.isArray(theirs.enum)) {
      expect(theirs.enum).toEqual(expect.arrayContaining(ours.enum as string[]))
    }
  })
})
