import { useMutation } from '@tanstack/react-query'
import { useNavigate } from 'react-router'
import { ApiError } from '../../../src/client/errors.ts'
import type { Scope } from '../../../src/domain/names.ts'
import { api } from '../app/api.ts'
import { places } from '../app/places.ts'
import { useScope } from '../app/scope.ts'
import { SAVED } from '../ui/leave-guard.tsx'
import { useFunctionsChanged, waitForTasks } from './function-change.ts'
import { bodyOf, type NewFunctionForm, namespaceOf } from './new-function-form.ts'
import { TEMPLATES } from './templates.ts'
import type { TestBeginning } from './test-beginning.ts'

/** What the page of a function's code is handed by the one that has just made it. */
export interface MadeFunction {
  readonly isNew: true
  /** What the template that it began with shows itself with. */
  readonly test: TestBeginning | undefined
}

/** Makes the namespace when it is a new one, then the function, whose page shows the build. */
export function useCreateFunction(form: NewFunctionForm, names: ReadonlyMap<string, unknown>) {
  const scope = useScope()
  const navigate = useNavigate()
  const changed = useFunctionsChanged()
  const namespace = namespaceOf(form)
  const { mutate, isPending, error } = useMutation({
    mutationFn: async () => {
      if (!names.has(namespace)) await createNamespace(scope, namespace)
      await api.functions.create(scope, namespace, bodyOf(form))
    },
    onSuccess: async () => {
      const to = places.fn(scope, { namespace, name: form.name }, 'code')
      const test = TEMPLATES.find(({ id }) => id === form.templateId)?.request
      const made: MadeFunction = { isNew: true, test }
      await navigate(to, { state: { ...SAVED, ...made } })
    },
    onSettled: changed,
  })
  return { create: () => mutate(), isPending, error }
}

async function createNamespace(scope: Scope, name: string) {
  try {
    await waitForTasks(await api.namespaces.create(scope, { name }))
  } catch (error) {
    // It was made by an earlier try of this very form, or by somebody else: it is there.
    if (!(error instanceof ApiError && error.code === 'name_taken')) throw error
  }
}
