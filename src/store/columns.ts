export type Flag = 0 | 1

export function toFlag(value: boolean): Flag {
  return value ? 1 : 0
}

export function fromFlag(value: Flag): boolean {
  return value === 1
}

export function toJson(value: unknown): string {
  return JSON.stringify(value)
}

/** What this folder wrote itself, so its shape is taken as known. */
export function fromJson<T>(text: string): T {
  return JSON.parse(text) as T
}
