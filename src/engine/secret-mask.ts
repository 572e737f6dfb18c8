import type { Envs } from '../domain/function.ts'

/** A shorter value is part of ordinary words and numbers, which would be made unreadable. */
export const MASKED_CHARS_MIN = 8
const MASKED = '***'

/**
 * Hides a function's secret values in what it writes: exact occurrences, as they are or as a JSON string
 * has them, and the lines of a value that has several.
 */
export class SecretMask {
  /** Longest first: a value may be part of another. */
  readonly #values: readonly string[]

  constructor(secrets: Envs) {
    const forms = Object.values(secrets).flatMap(formsOf)
    const values = [...new Set(forms)].filter((value) => value.length >= MASKED_CHARS_MIN)
    this.#values = values.sort((a, b) => b.length - a.length)
  }

  /** Of the longest value; 0 when there is nothing to hide. */
  get charsMax(): number {
    return this.#values[0]?.length ?? 0
  }

  hide(text: string): string {
    let hidden = text
    for (const value of this.#values) {
      if (hidden.includes(value)) hidden = hidden.replaceAll(value, () => MASKED)
    }
    return hidden
  }
}

export const NO_MASK = new SecretMask({})

function formsOf(value: string): string[] {
  const lines = value.split(/\r?\n/)
  return [value, ...lines].flatMap((form) => [form, JSON.stringify(form).slice(1, -1)])
}
