import { type QueryClient, useQueryClient } from '@tanstack/react-query'
import { isChangedMeanwhile, withEditTag } from '../../../src/client/edit-tag.ts'
import type { ChangeFunctionSerializer, FunctionSerializer } from '../../../src/client/types.ts'
import type { FunctionName, Scope } from '../../../src/domain/names.ts'
import { api } from '../app/api.ts'
import { useFunctionName, useScope } from '../app/scope.ts'
import { functionQuery, type LoadedFunction } from './function-query.ts'

export interface FunctionUpdate {
  /** What the change was made of. */
  readonly base: LoadedFunction
  readonly body: ChangeFunctionSerializer
  /** Whether what somebody else has saved meanwhile leaves alone what is changed here: then both stay. */
  readonly isUntouched: (newest: FunctionSerializer) => boolean
}

export interface Updated {
  /** What was changed, as it was right before. */
  readonly base: LoadedFunction
  readonly tasks: readonly string[]
  /** Of the function as it is now. */
  readonly tag: string | undefined
}

/**
 * Changes the function of the page's address.
 *
 * @throws ApiError `changed_meanwhile` when somebody else has changed the same; the newest is in the cache then.
 */
export function useUpdateFunction(): (update: FunctionUpdate) => Promise<Updated> {
  const scope = useScope()
  const name = useFunctionName()
  const queries = useQueryClient()
  return (update) => updateFunction(queries, scope, name, update)
}

async function updateFunction(
  queries: QueryClient,
  scope: Scope,
  name: FunctionName,
  { base, body, isUntouched }: FunctionUpdate,
): Promise<Updated> {
  try {
    return await send(scope, name, { ...base, tag: afterOwnChanges(base.tag) }, body)
  } catch (error) {
    if (!isChangedMeanwhile(error)) throw error
    const newest = await queries.fetchQuery({ ...functionQuery(scope, name), staleTime: 0 })
    if (!isUntouched(newest.fn)) throw error
    return await send(scope, name, newest, body)
  }
}

async function send(
  scope: Scope,
  name: FunctionName,
  base: LoadedFunction,
  body: ChangeFunctionSerializer,
): Promise<Updated> {
  const { value, tag } = await withEditTag((onHeaders) =>
    api.functions.update(scope, name, body, {
      ...(base.tag !== undefined && { ifMatch: base.tag }),
      onHeaders,
    }),
  )
  if (base.tag !== undefined && tag !== undefined) ownChanges.set(base.tag, tag)
  // What is now may be as it was once: nothing comes after it.
  if (tag !== undefined) ownChanges.delete(tag)
  return { base, tasks: value.tasks, tag }
}

/**
 * Each state of a function that was changed from here, by its tag, and the one that came of it: between
 * them is nothing of others, though forms that were begun before know of none.
 */
const ownChanges = new Map<string, string>()

function afterOwnChanges(tag: string | undefined): string | undefined {
  const next = tag === undefined ? undefined : ownChanges.get(tag)
  return next === undefined ? tag : afterOwnChanges(next)
}
