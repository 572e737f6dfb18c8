import { createTwoFilesPatch } from 'diff'
import type { Envs, Source } from '../domain/function.ts'
import type { FunctionVersion } from '../domain/function-version.ts'
import { nextTurn } from '../lib/next-turn.ts'
import type { PartDiff, VersionDiff } from './versions-control.ts'

const CONTEXT_LINES = 3
/** Of all parts together. */
const DIFF_CHARS_MAX = 512 * 1024
const TIME_MAX_MS = 400
/** Nothing else is done meanwhile, so one part may not take all of it at once. */
const TIME_OF_PART_MAX_MS = 80

/**
 * What the version `after` has otherwise than `before`. Environment values are compared and never shown:
 * they may be secrets.
 */
export async function diffVersions(
  before: FunctionVersion,
  after: FunctionVersion,
): Promise<VersionDiff> {
  const texts = { before: textsOf(before.source), after: textsOf(after.source) }
  const paths = [...new Set([...texts.before.keys(), ...texts.after.keys()])]
  const changed = paths.filter((path) => texts.before.get(path) !== texts.after.get(path))
  const parts: PartDiff[] = []
  const untilMs = performance.now() + TIME_MAX_MS
  let charsLeft = DIFF_CHARS_MAX
  for (const path of changed) {
    const timeMs = Math.min(TIME_OF_PART_MAX_MS, untilMs - performance.now())
    const [old, now] = [texts.before.get(path), texts.after.get(path)]
    const diff = timeMs > 0 ? unifiedDiff(path, old, now, timeMs) : undefined
    const fits = diff !== undefined && diff.length <= charsLeft
    if (fits) charsLeft -= diff.length
    parts.push({ path, change: changeOf(old, now), diff: fits ? diff : null })
    await nextTurn()
  }
  return {
    number: after.number,
    with: before.number,
    parts,
    settings: settingsChanged(before, after),
    envNames: envsChanged(allEnvs(before), allEnvs(after)),
  }
}

/** By the names that the fields have in the API. */
function textsOf(source: Source): Map<string, string> {
  const texts = new Map([['code_text', source.codeText]])
  if (source.dependencies !== '') texts.set('dependencies', source.dependencies)
  for (const path of Object.keys(source.files).sort()) {
    texts.set(`files/${path}`, source.files[path]!)
  }
  return texts
}

/** Undefined when it takes too long. */
function unifiedDiff(
  path: string,
  old: string | undefined,
  now: string | undefined,
  timeoutMs: number,
): string | undefined {
  const names: [string, string] = [
    old === undefined ? '/dev/null' : `a/${path}`,
    now === undefined ? '/dev/null' : `b/${path}`,
  ]
  const options = { context: CONTEXT_LINES, timeout: timeoutMs }
  const text = createTwoFilesPatch(...names, old ?? '', now ?? '', undefined, undefined, options)
  return text?.replace(/^=+\n/, '')
}

function changeOf(old: string | undefined, now: string | undefined): PartDiff['change'] {
  if (old === undefined) return 'added'
  return now === undefined ? 'removed' : 'changed'
}

function settingsChanged(before: FunctionVersion, after: FunctionVersion) {
  const pairs = [
    ['runtime', before.source.runtime, after.source.runtime],
    ['main_method', before.source.mainMethod, after.source.mainMethod],
    ['flavor', before.flavor, after.flavor],
  ] as const
  return pairs
    .filter(([, old, now]) => old !== now)
    .map(([name, old, now]) => ({ name, before: old, after: now }))
}

function allEnvs({ envs, secretEnvs }: FunctionVersion): Envs {
  return { ...envs, ...secretEnvs }
}

function envsChanged(before: Envs, after: Envs): VersionDiff['envNames'] {
  const old = Object.keys(before).sort()
  const now = Object.keys(after).sort()
  return {
    added: now.filter((name) => !Object.hasOwn(before, name)),
    removed: old.filter((name) => !Object.hasOwn(after, name)),
    changed: now.filter((name) => Object.hasOwn(before, name) && before[name] !== after[name]),
  }
}
