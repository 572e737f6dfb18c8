import { useLocation } from 'react-router'
import { useMay } from '../app/may.ts'
import { useFunction } from './function-query.ts'
import type { MadeFunction } from './new-function-create.ts'
import { searchOf } from './test-beginning.ts'

/**
 * For a link to the test of the function: what its template shows itself with, when it was made a moment
 * ago, and a key that opens it, when it wants one.
 */
export function useTestSearch(): string {
  const { fn } = useFunction()
  const made = useLocation().state as Partial<MadeFunction> | null
  const mayTest = useMay('editor')
  const key = fn.enable_api_key === true ? (fn.keys[0] ?? fn.namespace_keys[0]) : undefined
  return mayTest ? searchOf({ ...made?.test, key }) : ''
}
