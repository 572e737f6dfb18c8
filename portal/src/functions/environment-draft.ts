import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { isChangedMeanwhile } from '../../../src/client/edit-tag.ts'
import type { FunctionSerializer } from '../../../src/client/types.ts'
import { useFunctionName, useScope } from '../app/scope.ts'
import {
  changeOf,
  type Environment,
  environmentOf,
  faultsOf,
  knownOf,
} from '../namespaces/environment.ts'
import {
  conflictFields,
  isUntouched,
  mergedEnvironment,
  typedSince,
} from '../namespaces/environment-merge.ts'
import { useFunctionsChanged } from './function-change.ts'
import { functionQuery, type LoadedFunction, useFunction } from './function-query.ts'
import { useUpdateFunction } from './function-update.ts'

/** What is typed, and what it was typed over: that stays, though others may have saved since. */
interface Edited {
  readonly base: LoadedFunction
  readonly to: Environment
}

/** What is typed stays here alone until it is saved, secret values above all. */
export function useEnvironment() {
  const loaded = useFunction()
  const [edited, setEdited] = useState<Edited>()
  const update = useUpdateFunction()
  const functionsChanged = useFunctionsChanged()
  const queries = useQueryClient()
  const { queryKey } = functionQuery(useScope(), useFunctionName())
  const base = edited?.base ?? loaded
  const [from, theirs] = [knownOf(base.fn), knownOf(loaded.fn)]
  const environment = edited?.to ?? environmentOf(from)
  const change = changeOf(from, environment)
  const isDirty =
    edited !== undefined && (Object.keys(change).length > 0 || faultsOf(environment).size > 0)
  const save = useMutation({
    mutationFn: async () => {
      const isLeftAlone = (newest: FunctionSerializer) =>
        isUntouched(from, environment, knownOf(newest))
      const { tasks } = await update({ base, body: change, isUntouched: isLeftAlone })
      await functionsChanged()
      const saved = queries.getQueryData(queryKey) ?? base
      setEdited((now) =>
        now === undefined || now.to === environment
          ? undefined
          : { base: saved, to: typedSince(environment, now.to) },
      )
      return tasks[0]
    },
  })
  const isSeen = !isUntouched(from, environmentOf(from), theirs)
  return {
    environment,
    isDirty,
    save,
    // While it is saved, what is seen to be another is one's own. That a secret value may be another is
    // told by the server's refusal alone.
    isClash: isDirty && !save.isPending && (isSeen || isChangedMeanwhile(save.error)),
    theirs: conflictFields(from, environment, theirs).map(
      (field) => [field.label, field.theirs.join(', ')] as const,
    ),
    set: (to: Environment) => setEdited({ base, to }),
    reset() {
      setEdited(undefined)
      save.reset()
    },
    insist() {
      setEdited({ base: loaded, to: mergedEnvironment(from, environment, theirs, 'mine') })
      save.reset()
    },
  }
}
