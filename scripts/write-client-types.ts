import { readFileSync, writeFileSync } from 'node:fs'
import { argv } from 'node:process'
import { fileURLToPath } from 'node:url'

/** The part of JSON Schema that the API's document uses. */
export interface JsonSchema {
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly JsonSchema[]
  readonly oneOf?: readonly JsonSchema[]
  readonly allOf?: readonly JsonSchema[]
  readonly items?: JsonSchema
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
  readonly patternProperties?: Readonly<Record<string, JsonSchema>>
  readonly additionalProperties?: boolean | JsonSchema
  readonly description?: string
}

export const DOCUMENT_FILE = fileURLToPath(new URL('../openapi.json', import.meta.url))
export const TYPES_FILE = fileURLToPath(new URL('../src/client/types.ts', import.meta.url))

const HEAD = `// Made from openapi.json by scripts/write-client-types.ts; a test keeps the two equal.
// biome-ignore-all format: generated
`

if (argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(TYPES_FILE, clientTypes(JSON.parse(readFileSync(DOCUMENT_FILE, 'utf8'))))
}

/** The source text of `src/client/types.ts`: one exported type for each schema, sorted by name. */
export function clientTypes(document: {
  components: { schemas: Readonly<Record<string, JsonSchema>> }
}): string {
  const names = Object.keys(document.components.schemas).sort()
  return [HEAD, ...names.map((n) => declaration(n, document.components.schemas[n]!))].join('\n')
}

function declaration(name: string, schema: JsonSchema): string {
  const comment = docComment(schema.description, '')
  if (schema.properties === undefined) return `${comment}export type ${name} = ${typeOf(schema)}\n`
  return `${comment}export interface ${name} ${membersOf(schema, '')}\n`
}

function typeOf(schema: JsonSchema, indent = ''): string {
  if (schema.$ref !== undefined) return schema.$ref.slice(schema.$ref.lastIndexOf('/') + 1)
  if (schema.const !== undefined) return literal(schema.const)
  if (schema.enum !== undefined) return schema.enum.map(literal).join(' | ')
  const members = schema.anyOf ?? schema.oneOf
  if (members !== undefined) return union(members.map((m) => typeOf(m, indent)))
  if (schema.allOf !== undefined) return schema.allOf.map((m) => typeOf(m, indent)).join(' & ')
  if (Array.isArray(schema.type)) {
    return union(schema.type.map((type) => typeOf({ ...schema, type }, indent)))
  }
  return plainTypeOf(schema, indent)
}

function plainTypeOf(schema: JsonSchema, indent: string): string {
  switch (schema.type) {
    case 'string':
    case 'boolean':
    case 'null':
      return schema.type
    case 'integer':
    case 'number':
      return 'number'
    case 'array': {
      const item = schema.items === undefined ? 'unknown' : typeOf(schema.items, indent)
      return /[|&]/.test(item) ? `(${item})[]` : `${item}[]`
    }
    case 'object':
      return schema.properties === undefined ? mapOf(schema, indent) : membersOf(schema, indent)
    default:
      return 'unknown'
  }
}

/** `null` last, as people write it; what is unknown swallows the rest. */
function union(types: readonly string[]): string {
  const unique = [...new Set(types)]
  if (unique.includes('unknown')) return 'unknown'
  return [...unique.filter((t) => t !== 'null'), ...unique.filter((t) => t === 'null')].join(' | ')
}

function mapOf(schema: JsonSchema, indent: string): string {
  const values = Object.values(schema.patternProperties ?? {})
  if (typeof schema.additionalProperties === 'object') values.push(schema.additionalProperties)
  const value = values.length === 0 ? 'unknown' : union(values.map((v) => typeOf(v, indent)))
  return `Record<string, ${value}>`
}

function membersOf(schema: JsonSchema, indent: string): string {
  const inner = `${indent}  `
  const lines = Object.entries(schema.properties ?? {}).map(([name, member]) => {
    const key = /^[A-Za-z_]\w*$/.test(name) ? name : JSON.stringify(name)
    const optional = schema.required?.includes(name) === true ? '' : '?'
    return `${docComment(member.description, inner)}${inner}${key}${optional}: ${typeOf(member, inner)}`
  })
  return lines.length === 0 ? 'Record<string, unknown>' : `{\n${lines.join('\n')}\n${indent}}`
}

function docComment(text: string | undefined, indent: string): string {
  if (text === undefined || text === '') return ''
  return `${indent}/** ${text.replaceAll('*/', '*\u200b/').replaceAll(/\s+/g, ' ')} */\n`
}

function literal(value: unknown): string {
  return typeof value === 'string'
    ? `'${JSON.stringify(value).slice(1, -1).replaceAll("'", "\\'")}'`
    : JSON.stringify(value)
}
