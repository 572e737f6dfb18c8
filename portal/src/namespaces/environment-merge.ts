import type { ConflictField } from '../ui/change-conflict.tsx'
import { type Environment, environmentOf, type Known, nextId } from './environment.ts'

/** How a value stands under its name, so that two of the same are equal; undefined where there is none. */
type Standing = string | undefined

const KEPT = 'secret'
const NONE = '(none)'

/** Whether somebody else's changes leave alone what is changed here, as far as it can be told. */
export function isUntouched(base: Known, mine: Environment, theirs: Known): boolean {
  return conflictFields(base, mine, theirs).length === 0
}

/**
 * What others have changed since `base` was read. Whether they have replaced a secret value is not
 * told by anybody: where it is changed here, it counts as if they had.
 */
export function conflictFields(base: Known, mine: Environment, theirs: Known): ConflictField[] {
  const before = standings(environmentOf(base))
  const here = standings(mine)
  const there = standings(environmentOf(theirs))
  const names = [...new Set([...before.keys(), ...here.keys(), ...there.keys()])].sort()
  return names.flatMap((name) => {
    const isMine = before.get(name) !== here.get(name)
    const isPerhapsReplaced = isMine && before.get(name) === KEPT && there.get(name) === KEPT
    if (before.get(name) === there.get(name) && !isPerhapsReplaced) return []
    const secretly = isPerhapsReplaced ? '(secret, perhaps replaced)' : '(secret)'
    return [
      {
        label: name,
        theirs: [said(there.get(name), secretly)],
        mine: isMine ? [said(here.get(name), '(secret)')] : undefined,
      },
    ]
  })
}

/** Theirs, with what was changed here: all of it, or what they have left alone. */
export function mergedEnvironment(
  base: Known,
  mine: Environment,
  theirs: Known,
  take: 'mine' | 'theirs',
): Environment {
  const before = standings(environmentOf(base))
  const here = standings(mine)
  const left = new Set(
    take === 'mine' ? [] : conflictFields(base, mine, theirs).map(({ label }) => label),
  )
  const names = new Set([...before.keys(), ...here.keys()])
  return [...names]
    .filter((name) => before.get(name) !== here.get(name) && !left.has(name))
    .reduce((merged, name) => withValueOf(mine, merged, name), environmentOf(theirs))
}

/** What was typed on while `sent` was saved: secret values that were sent are sealed by now. */
export function typedSince(sent: Environment, now: Environment): Environment {
  return {
    ...now,
    secret: now.secret.map((row) =>
      sent.secret.includes(row) ? { ...row, value: null, isNew: false } : row,
    ),
  }
}

function withValueOf(mine: Environment, merged: Environment, name: string): Environment {
  const isOther = (row: { readonly name: string }) => row.name !== name
  const isKnown = merged.secret.some((row) => !isOther(row))
  // Of one name there may be many rows, as long as they are typed: each is told apart by its own id.
  const ids = [...merged.plain, ...merged.secret].filter((row) => !isOther(row)).map(({ id }) => id)
  let freeId = nextId(merged)
  const own = <Row extends { readonly name: string }>(rows: readonly Row[]) =>
    rows.filter((row) => !isOther(row)).map((row) => ({ ...row, id: ids.shift() ?? freeId++ }))
  return {
    plain: [...merged.plain.filter(isOther), ...own(mine.plain)],
    secret: [
      ...merged.secret.filter(isOther),
      ...own(mine.secret).map((row) => ({ ...row, isNew: !isKnown })),
    ],
  }
}

function standings({ plain, secret }: Environment): ReadonlyMap<string, Standing> {
  return new Map([
    ...plain.map(({ name, value }) => [name, `plain ${value}`] as const),
    ...secret.map(({ name, value }) => [name, value === null ? KEPT : `new ${value}`] as const),
  ])
}

function said(standing: Standing, secretly: string): string {
  if (standing === undefined) return NONE
  if (!standing.startsWith('plain ')) return secretly
  return standing === 'plain ' ? '(empty)' : standing.slice('plain '.length)
}
