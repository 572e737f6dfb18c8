/** Whether a name that is not there may stand for another: `nodejs14` for `nodejs20`. */
export type RuntimeAliases = 'off' | 'nearest'

export interface RuntimeDetail {
  /** `nodejs24` */
  readonly name: string
  /** `nodejs` */
  readonly family: string
  /** False: the first build that wants it fetches it. */
  readonly isReady: boolean
}

/**
 * The runtime that a name stands for: itself where it is there, else by the aliases the oldest one that is
 * not older, else the newest; undefined when there is none. A version that is only known to a part counts as
 * every version that begins so: `python3.11` is not older than `python3.11.4`.
 */
export function resolveRuntime(
  name: string,
  available: readonly string[],
  aliases: RuntimeAliases,
): string | undefined {
  if (available.includes(name)) return name
  const wanted = aliases === 'off' ? undefined : parse(name)
  if (wanted === undefined) return undefined
  const family = available
    .map((runtime) => ({ runtime, ...parse(runtime) }))
    .filter((one) => one.family === wanted.family)
    .sort((a, b) => compareVersions(a.version ?? [], b.version ?? []))
  const notOlder = family.find(({ version = [] }) => compareVersions(version, wanted.version) >= 0)
  return (notOlder ?? family.at(-1))?.runtime
}

/** `python3.7.12` is of the family `python`, version 3, 7, 12. */
function parse(name: string): { family: string; version: number[] } | undefined {
  const [, family, version] = /^([a-z]+)(\d{1,6}(?:\.\d{1,6}){0,3})$/.exec(name) ?? []
  if (family === undefined || version === undefined) return undefined
  return { family, version: version.split('.').map(Number) }
}

/** Compares as far as both are known. */
function compareVersions(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    if (a[i] !== b[i]) return a[i]! - b[i]!
  }
  return 0
}
