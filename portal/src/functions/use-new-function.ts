import { useState } from 'react'
import type { RuntimesSerializer } from '../../../src/client/types.ts'
import { serverErrors } from '../ui/server-errors.ts'
import { languageOfRuntime } from './code-names.ts'
import { isSameSource, type Part } from './code-source.ts'
import { useCreateFunction } from './new-function-create.ts'
import {
  emptyForm,
  formErrors,
  type NewFunctionForm,
  templatesOf,
  withTemplate,
} from './new-function-form.ts'
import { TEMPLATES } from './templates.ts'
import { sourceOfTemplate } from './templates-source.ts'

export interface NewFunctionProps {
  readonly runtimes: RuntimesSerializer
  /** Functions by namespace. */
  readonly names: ReadonlyMap<string, readonly string[]>
}

/** What is filled in for a new function, what is wrong with it, and its making. */
export function useNewFunction({ runtimes, names }: NewFunctionProps) {
  const namespaces = [...names.keys()].sort()
  const [form, setForm] = useState(() => emptyForm(runtimes, namespaces))
  const [isTold, setTold] = useState(false)
  const { create, isPending, error } = useCreateFunction(form, names)
  const faults = formErrors(form, names)
  const { placed, rest } = serverErrors(error, ['name', 'main_method'])
  const isFine = Object.keys(faults).length === 0
  return {
    ...{ form, setForm, namespaces, isPending, error: rest },
    change: (changed: Partial<NewFunctionForm>) => setForm((before) => ({ ...before, ...changed })),
    errors: shownErrors(form, { ...faults }, isTold, placed),
    /** What is wrong before anything is sent, once that was wanted. */
    refusal: isTold && !isFine ? Object.values(faults)[0] : undefined,
    submit: () => {
      setTold(true)
      if (isFine) create()
    },
  }
}

/** A name that cannot be is said as it is typed; that one is missing only when it is wanted. */
function shownErrors(
  form: NewFunctionForm,
  { name, newNamespace, main_method }: ReturnType<typeof formErrors>,
  isTold: boolean,
  placed: Readonly<Record<string, string>>,
) {
  return {
    ...((isTold || form.name !== '') && name && { name }),
    ...((isTold || form.newNamespace !== '') && newNamespace && { newNamespace }),
    ...(isTold && main_method && { main_method }),
    ...placed,
  }
}

/** The code of a new function: begun with a template, replaced by another one only when that is wanted. */
export function useTemplates({ form, setForm }: ReturnType<typeof useNewFunction>) {
  const [part, setPart] = useState<Part>('code_text')
  /** What would take the place of code that was changed here. */
  const [replacement, setReplacement] = useState<NewFunctionForm>()
  const language = languageOfRuntime(form.runtime)
  const isChanged = isCodeOfOwn(form)
  const begin = (next: NewFunctionForm) => {
    setForm(next)
    setPart('code_text')
  }
  const replace = (next: NewFunctionForm) => (isChanged ? setReplacement(next) : begin(next))
  return {
    ...{ part, setPart, language, isChanged },
    chooseRuntime: (runtime: string) => {
      const chosen = { ...form, runtime }
      const template = templatesOf(languageOfRuntime(runtime))[0]
      const isSame = languageOfRuntime(runtime) === language
      if (isSame || template === undefined) setForm(chosen)
      else replace(withTemplate(chosen, template))
    },
    chooseTemplate: (id: string) =>
      replace(withTemplate(form, TEMPLATES.find((one) => one.id === id)!)),
    isAsking: replacement !== undefined,
    answer: (isWanted: boolean) => {
      if (isWanted && replacement !== undefined) begin(replacement)
      setReplacement(undefined)
    },
  }
}

function isCodeOfOwn({ templateId, source }: NewFunctionForm): boolean {
  const template = TEMPLATES.find(({ id }) => id === templateId)
  return template !== undefined && !isSameSource(source, sourceOfTemplate(template))
}
