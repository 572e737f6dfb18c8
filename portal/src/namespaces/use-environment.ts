import { useState } from 'react'
import type { Scope } from '../../../src/domain/names.ts'
import { changeOf, type Environment, environmentOf, faultsOf, knownOf } from './environment.ts'
import { conflictFields, isUntouched, mergedEnvironment, typedSince } from './environment-merge.ts'
import type { ReadNamespace } from './namespace-queries.ts'
import { useSaveNamespace } from './use-save-namespace.ts'

/** What is typed, and what it was typed over: that stays, though others may have saved since. */
interface Edited {
  readonly base: ReadNamespace
  readonly to: Environment
}

/** The environment of a namespace as it is edited. Secret values are here alone until they are saved. */
export function useEnvironment(scope: Scope, read: ReadNamespace) {
  const [edited, setEdited] = useState<Edited>()
  const saving = useSaveNamespace(scope)
  const base = edited?.base ?? read
  const known = knownOf(base.namespace)
  const environment = edited?.to ?? environmentOf(known)
  const isChanged =
    Object.keys(changeOf(known, environment)).length > 0 || faultsOf(environment).size > 0

  const save = ({ base, to }: Edited) => {
    const from = knownOf(base.namespace)
    saving.save({
      base,
      body: changeOf(from, to),
      isUntouched: (newest) => isUntouched(from, to, knownOf(newest)),
      onSaved: (saved) =>
        setEdited((now) =>
          now === undefined || now.to === to
            ? undefined
            : { base: saved, to: typedSince(to, now.to) },
        ),
    })
  }
  const { conflict } = saving
  const resolve = (take: 'mine' | 'theirs') => {
    if (conflict === undefined) return
    const theirs = knownOf(conflict.read.namespace)
    const next = {
      base: conflict.read,
      to: mergedEnvironment(known, environment, theirs, take),
    }
    setEdited(next)
    if (take === 'mine') save(next)
    else saving.reset()
  }
  return {
    environment,
    isDirty: edited !== undefined && isChanged,
    set: (to: Environment) => setEdited({ base, to }),
    discard() {
      setEdited(undefined)
      saving.reset()
    },
    save: () => save({ base, to: environment }),
    isPending: saving.isPending,
    error: saving.error,
    taskId: saving.taskId,
    conflict: conflict && {
      name: base.namespace.name,
      who: conflict.who,
      fields: conflictFields(known, environment, knownOf(conflict.read.namespace)),
      isPending: saving.isPending,
      onTakeTheirs: () => resolve('theirs'),
      onSaveMine: () => resolve('mine'),
      onClose: saving.reset,
    },
  }
}
