import { useState } from 'react'
import { serverErrors } from '../ui/server-errors.ts'
import { type Environment, type Fault, faultsOf } from './environment.ts'

/** What is said at the rows of an environment: what the server refuses, and what is wrong once it is told. */
export function useFaults({ plain, secret }: Environment, error: unknown) {
  const [isTold, setTold] = useState(false)
  const faults = faultsOf({ plain, secret })
  const ids = new Map<string, number>([
    ...plain.map(({ id, name }) => [`envs.${name}`, id] as const),
    ...secret.map(({ id, name }) => [`secret_envs.${name}`, id] as const),
  ])
  const { placed, rest } = serverErrors(error, [...ids.keys()])
  const refused = Object.entries(placed).map(([field, text]): [number, Fault] => [
    ids.get(field)!,
    { at: 'value', text },
  ])
  return {
    areFine: faults.size === 0,
    shown: new Map([...refused, ...(isTold ? faults : [])]),
    /** What the server says of no row. */
    rest,
    tell: setTold,
  }
}
