import { type Static, type TProperties, type TSchema, type TSchemaOptions, Type } from 'typebox'
import { invariant } from '../../lib/assert.ts'

/** A reference to a component by its `$id`, typed as the component itself. */
export function ref<T extends TSchema>(component: T) {
  return Type.Unsafe<Static<T>>({ $ref: `${idOf(component)}#` })
}

/** A reference with a default or a description beside it. OpenAPI tools drop what stands beside a bare `$ref`. */
export function refWith<T extends TSchema>(component: T, options: TSchemaOptions) {
  return Type.Unsafe<Static<T>>({ allOf: [{ $ref: `${idOf(component)}#` }], ...options })
}

export function nullable<T extends TSchema>(schema: T, options: TSchemaOptions = {}) {
  return Type.Union([schema, Type.Null()], options)
}

/** A query parameter that is there once validation has filled in its default; clients may leave it out. */
export function withDefault<T extends TSchema>(schema: T): T {
  return Type.Optional(schema) as unknown as T
}

/** What clients may send and leave out; null says the same as leaving it out. */
export function optionalOrNull<T extends TSchema>(schema: T) {
  return Type.Optional(nullable(schema, { default: null }))
}

/** A request body: unknown members are refused by name. */
export function requestBody<T extends TProperties>($id: string, properties: T) {
  return Type.Object(properties, { $id, additionalProperties: false })
}

/** An object that comes up in requests and in answers. */
export function sharedObject<T extends TProperties>($id: string, properties: T) {
  return Type.Object(properties, { $id, additionalProperties: false })
}

/** An answer, or a part of one; answers may gain members later, so they stay open. */
export function answer<T extends TProperties>($id: string, properties: T) {
  return Type.Object(properties, { $id })
}

/** `{count, results}`; the count is the total before paging. */
export function collection<T extends TSchema>($id: string, item: T) {
  return answer($id, {
    count: Type.Integer({ minimum: 0, description: 'The total before paging.' }),
    results: Type.Array(ref(item)),
  })
}

export function choices<const T extends string[]>($id: string, values: readonly [...T]) {
  return Type.Enum(values, { $id, type: 'string' })
}

function idOf(component: TSchema): string {
  invariant('$id' in component, 'a referenced schema is a component')
  return String(component.$id)
}
