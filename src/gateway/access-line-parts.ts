import type { Route } from '../domain/routes.ts'
import { asciiBytes, asciiJson } from '../lib/json-line-buffer.ts'
import type { KeyIdentity } from './key-table.ts'

/** Callers can make up as many values as they like: so many are kept, then it begins anew. */
const KEPT_MAX = 4096
/** Longer ones are not kept. */
const KEPT_CHARS_MAX = 256

/** Pieces of lines by the value that they are made of: to copy one costs a fraction of making it. */
export class PartsByText {
  readonly #parts = new Map<string, Uint8Array>()
  readonly #make: (value: string) => string

  /** @param make gives printable ASCII */
  constructor(make: (value: string) => string) {
    this.#make = make
  }

  of(value: string): Uint8Array {
    return this.#parts.get(value) ?? this.#new(value)
  }

  #new(value: string): Uint8Array {
    const part = asciiBytes(this.#make(value))
    if (value.length > KEPT_CHARS_MAX) return part
    if (this.#parts.size >= KEPT_MAX) this.#parts.clear()
    this.#parts.set(value, part)
    return part
  }
}

/** The same for values that are objects and end with them. */
export class PartsByObject<T extends object> {
  readonly #parts = new WeakMap<T, Uint8Array>()
  readonly #make: (value: T) => string

  constructor(make: (value: T) => string) {
    this.#make = make
  }

  of(value: T): Uint8Array {
    return this.#parts.get(value) ?? this.#new(value)
  }

  #new(value: T): Uint8Array {
    const part = asciiBytes(this.#make(value))
    this.#parts.set(value, part)
    return part
  }
}

export function routeText({ namespace, name, version }: Route): string {
  const text = `,"namespace":${asciiJson(namespace)},"function":${asciiJson(name)}`
  return version === null ? text : `${text},"version":${asciiJson(version.id)}`
}

export function keyText({ id, name }: KeyIdentity): string {
  return `,"key_id":${asciiJson(id)},"key_name":${asciiJson(name)}`
}
