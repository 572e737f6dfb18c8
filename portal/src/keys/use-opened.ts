import { useMemo, useState } from 'react'
import type { FunctionNamesSerializer } from '../../../src/client/types.ts'
import type { Access } from './access.ts'

/** With few functions all of them are to be seen at once. */
const OPEN_FUNCTIONS_MAX = 30

/** Which namespaces are opened out. What is found by a search is, until it is closed. */
export function useOpened(
  namespaces: readonly FunctionNamesSerializer[],
  value: Access,
  isSearching: boolean,
) {
  const [initial] = useState(() => {
    const total = namespaces.reduce((sum, { functions }) => sum + functions.length, 0)
    if (total <= OPEN_FUNCTIONS_MAX) return new Set(namespaces.map(({ name }) => name))
    return new Set(value.functions.map(({ namespace }) => namespace))
  })
  const [opened, setOpened] = useState<ReadonlySet<string>>(initial)
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set())
  if (!isSearching && closed.size > 0) setClosed(new Set())
  const isOpen = useMemo(
    () => (name: string) => (isSearching ? !closed.has(name) : opened.has(name)),
    [isSearching, closed, opened],
  )
  const set = (names: readonly string[], isOn: boolean) => {
    if (isSearching) setClosed(changed(closed, names, !isOn))
    else setOpened(changed(opened, names, isOn))
  }
  return { isOpen, set }
}

function changed(set: ReadonlySet<string>, names: readonly string[], isIn: boolean): Set<string> {
  return isIn
    ? new Set([...set, ...names])
    : new Set([...set].filter((name) => !names.includes(name)))
}
