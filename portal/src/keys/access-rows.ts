import type { FunctionNamesSerializer } from '../../../src/client/types.ts'
import { type Access, isLimited } from './access.ts'

/** `inherited`: opened with its namespace and not by name. */
export type Checked = 'yes' | 'no' | 'some' | 'inherited'

interface Place {
  readonly id: string
  readonly namespace: string
  readonly level: 1 | 2
  readonly setSize: number
  /** From 1. */
  readonly position: number
}

/** A line of the tree of what can be opened. */
export type AccessRow =
  | (Place & {
      readonly kind: 'namespace'
      readonly total: number
      /** Undefined when there is nothing to open out. */
      readonly isOpen: boolean | undefined
    })
  /** All functions of the namespace that are shown, by name. */
  | (Place & {
      readonly kind: 'every'
      readonly names: readonly string[]
      readonly isPart: boolean
    })
  | (Place & { readonly kind: 'function'; readonly name: string })

/** The lines that are to be seen, in order. */
export function accessRows(
  namespaces: readonly FunctionNamesSerializer[],
  search: string,
  isOpen: (namespace: string) => boolean,
): AccessRow[] {
  const found = namespaces.flatMap(({ name, functions }) => {
    const shown = functions.filter((fn) => `${name}/${fn}`.includes(search))
    if (search !== '' && shown.length === 0 && !name.includes(search)) return []
    return [{ name, shown, total: functions.length }]
  })
  return found.flatMap((one, i) => {
    const place = { id: `${one.name}/`, namespace: one.name, level: 1 as const }
    const open = one.shown.length === 0 ? undefined : isOpen(one.name)
    const head: AccessRow = {
      ...{ ...place, kind: 'namespace', total: one.total, isOpen: open },
      ...{ setSize: found.length, position: i + 1 },
    }
    return open === true ? [head, ...childRows(one)] : [head]
  })
}

function childRows({
  name: namespace,
  shown,
  total,
}: {
  name: string
  shown: string[]
  total: number
}): AccessRow[] {
  const hasEvery = shown.length > 1
  const setSize = shown.length + (hasEvery ? 1 : 0)
  const place = { namespace, level: 2 as const, setSize }
  const every: AccessRow = {
    ...{ ...place, kind: 'every', id: `${namespace}/*`, position: 1 },
    ...{ names: shown, isPart: shown.length < total },
  }
  const functions = shown.map(
    (name, i): AccessRow => ({
      ...{ ...place, kind: 'function', id: `${namespace}/${name}`, name },
      position: i + (hasEvery ? 2 : 1),
    }),
  )
  return hasEvery ? [every, ...functions] : functions
}

/** What is chosen, to be asked for each line without going through all of it. */
export interface AccessIndex {
  readonly checked: (row: AccessRow) => Checked
  /** How many functions of the namespace are opened by name. */
  readonly byName: (namespace: string) => number
}

export function indexAccess({ functions, namespaces }: Access): AccessIndex {
  const whole = new Map(namespaces.map((one) => [one.name, one]))
  const named = Map.groupBy(functions, ({ namespace }) => namespace)
  const names = new Map(
    [...named].map(([namespace, list]) => [namespace, new Set(list.map(({ name }) => name))]),
  )
  const has = (namespace: string, name: string) => names.get(namespace)?.has(name) ?? false
  const byName = (namespace: string) => names.get(namespace)?.size ?? 0
  const opensAll = (namespace: string) => {
    const grant = whole.get(namespace)
    return grant !== undefined && !isLimited(grant)
  }
  const checked = (row: AccessRow): Checked => {
    const { namespace } = row
    switch (row.kind) {
      case 'namespace':
        return whole.has(namespace) ? 'yes' : byName(namespace) > 0 ? 'some' : 'no'
      case 'function':
        if (has(namespace, row.name)) return 'yes'
        return opensAll(namespace) ? 'inherited' : 'no'
      case 'every': {
        const chosen = row.names.filter((name) => has(namespace, name)).length
        if (chosen === row.names.length) return 'yes'
        if (chosen > 0) return 'some'
        return opensAll(namespace) ? 'inherited' : 'no'
      }
    }
  }
  return { checked, byName }
}
