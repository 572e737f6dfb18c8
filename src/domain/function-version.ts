import { type Deployed, type Envs, type Source, versionId } from './function.ts'
import type { SealedEnvs } from './secret-envs.ts'

/** One successful deployment of a function, as it is told in lists. */
export interface FunctionVersionSummary {
  /** Counts from 1 in each function; none is given twice. */
  readonly number: number
  readonly createdAtMs: number
  readonly runtime: string
  readonly flavor: string
  readonly artifactId: string
  /** Of who asked for it; 0 and empty for the system itself. */
  readonly tokenId: number
  /** See `Actor.name`. */
  readonly tokenName: string
  readonly taskId: string
  /** The version that this one brought back; null for one that was built from new fields. */
  readonly rolledBackTo: number | null
}

/** The same with everything that it was made of. */
export interface FunctionVersion extends FunctionVersionSummary {
  readonly source: Source
  /** The function's own at that time; opaque, because they may be sealed. */
  readonly envs: Envs
  readonly secretEnvs: SealedEnvs
  readonly deployed: Deployed
}

/** Whether instances of the one are started with nothing else than instances of the other. */
export function servesTheSame(a: Deployed, b: Deployed): boolean {
  return versionId(a) === versionId(b)
}

/** Whether both are built from the same, whatever method of it is called. */
export function isSameSource(a: Source, b: Source): boolean {
  return (
    a.runtime === b.runtime &&
    a.codeText === b.codeText &&
    a.dependencies === b.dependencies &&
    a.mainMethod === b.mainMethod &&
    sameEntries(a.files, b.files)
  )
}

function sameEntries(
  a: Readonly<Record<string, string>>,
  b: Readonly<Record<string, string>>,
): boolean {
  const names = Object.keys(a)
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name])
}
