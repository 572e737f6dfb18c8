import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { clientTypes, DOCUMENT_FILE, TYPES_FILE } from '../../scripts/write-client-types.ts'

describe('src/client/types.ts', () => {
  it('is what the API document says: after a change, run scripts/write-client-types.ts', () => {
    const document = JSON.parse(readFileSync(DOCUMENT_FILE, 'utf8'))
    expect(readFileSync(TYPES_FILE, 'utf8')).toBe(clientTypes(document))
  })
})

describe('clientTypes', () => {
  const typeOf = (schema: object) => {
    const text = clientTypes({ components: { schemas: { T: schema } } })
    return text.slice(text.indexOf('export')).trim()
  }

  it('writes objects with required, optional and quoted members', () => {
    const schema = {
      type: 'object',
      required: ['a'],
      properties: { a: { type: 'integer' }, 'b-c': { type: 'string', description: 'Of */ text.' } },
    }
    expect(typeOf(schema)).toBe(
      'export interface T {\n  a: number\n  /** Of *\u200b/ text. */\n  "b-c"?: string\n}',
    )
  })

  it('writes unions, lists, maps, choices and references', () => {
    expect(typeOf({ anyOf: [{ type: 'null' }, { type: 'string' }] })).toBe(
      'export type T = string | null',
    )
    expect(typeOf({ type: ['integer', 'null'] })).toBe('export type T = number | null')
    expect(typeOf({ type: 'array', items: { enum: ['a', "b'c"] } })).toBe(
      "export type T = ('a' | 'b\\'c')[]",
    )
    expect(typeOf({ type: 'object', additionalProperties: { type: 'boolean' } })).toBe(
      'export type T = Record<string, boolean>',
    )
    expect(typeOf({ allOf: [{ $ref: '#/components/schemas/Other' }] })).toBe(
      'export type T = Other',
    )
    expect(typeOf({})).toBe('export type T = unknown')
  })
})
