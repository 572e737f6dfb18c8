import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import type { FunctionSerializer } from '../../../src/client/types.ts'
import {
  changeOf,
  type Environment,
  environmentOf,
  faultsOf,
  type Known,
  knownOf,
} from '../namespaces/environment.ts'
import { useFunctionsChanged } from './function-change.ts'
import { useFunction } from './function-query.ts'
import { useUpdateFunction } from './function-update.ts'

/** What is typed stays here alone until it is saved, secret values above all. */
export function useEnvironment() {
  const loaded = useFunction()
  const [edited, setEdited] = useState<{ readonly from: Known; readonly to: Environment }>()
  const update = useUpdateFunction()
  const functionsChanged = useFunctionsChanged()
  const known = knownOf(loaded.fn)
  const from = edited?.from ?? known
  const environment = edited?.to ?? environmentOf(known)
  const change = changeOf(from, environment)
  const faults = faultsOf(environment)
  const isDirty = edited !== undefined && (Object.keys(change).length > 0 || faults.size > 0)
  const save = useMutation({
    mutationFn: async () => {
      const isUntouched = (newest: FunctionSerializer) => isSame(knownOf(newest), from)
      const { tasks } = await update({ base: loaded, body: change, isUntouched })
      return tasks[0]
    },
    async onSuccess() {
      await functionsChanged()
      setEdited(undefined)
    },
  })
  return {
    environment,
    isDirty,
    save,
    isClash: isDirty && !isSame(known, from),
    theirs: [...Object.keys(known.envs), ...known.secretNames].sort().join(', '),
    set: (to: Environment) => setEdited({ from, to }),
    reset() {
      setEdited(undefined)
      save.reset()
    },
    insist: () => edited && setEdited({ ...edited, from: known }),
  }
}

function isSame(a: Known, b: Known): boolean {
  const text = ({ envs, secretNames }: Known) =>
    JSON.stringify([Object.entries(envs).sort(), [...secretNames].sort()])
  return text(a) === text(b)
}
