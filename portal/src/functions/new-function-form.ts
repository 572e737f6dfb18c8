import type { CreateFunctionSerializer, RuntimesSerializer } from '../../../src/client/types.ts'
import { isName } from '../../../src/domain/names.ts'
import { type Source, sourceErrors } from './code-source.ts'
import { TEMPLATES, type Template } from './templates.ts'
import { sourceOfTemplate } from './templates-source.ts'

export interface NewFunctionForm {
  readonly runtime: string
  readonly templateId: string
  readonly source: Source
  /** Empty for a new one. */
  readonly namespace: string
  readonly newNamespace: string
  readonly name: string
  readonly flavor: string
  readonly requiresKey: boolean
  readonly keys: readonly string[]
}

const TIMEOUT_SECONDS = 10
const INSTANCES = { min_instances: 0, max_instances: 2 }
export const NAME_RULE =
  '2 to 26 characters: a to z, 0 to 9 and hyphens, a letter first, no hyphen last.'

export function templatesOf(language: string): readonly Template[] {
  return TEMPLATES.filter((template) => template.language === language)
}

/** What the page begins with: the first language that the server offers. */
export function emptyForm(
  { details }: RuntimesSerializer,
  namespaces: readonly string[],
): NewFunctionForm {
  const first = details.find(({ ready }) => ready) ?? details[0]
  const form: NewFunctionForm = {
    runtime: first?.name ?? '',
    templateId: '',
    source: { code_text: '', files: {}, dependencies: '', main_method: 'handler' },
    namespace: namespaces[0] ?? '',
    newNamespace: '',
    name: '',
    flavor: '80mCPU-128MB',
    requiresKey: true,
    keys: [],
  }
  const template = templatesOf(first?.language ?? '')[0]
  return template === undefined ? form : withTemplate(form, template)
}

export function withTemplate(form: NewFunctionForm, template: Template): NewFunctionForm {
  const source = sourceOfTemplate(template)
  return { ...form, templateId: template.id, source, flavor: template.flavor }
}

export function namespaceOf({ namespace, newNamespace }: NewFunctionForm): string {
  return namespace === '' ? newNamespace : namespace
}

/** Sentences by field; none when it can be sent. */
export function formErrors(
  form: NewFunctionForm,
  names: ReadonlyMap<string, readonly string[]>,
): Partial<Record<'name' | 'newNamespace' | 'source' | 'main_method', string>> {
  const namespace = namespaceOf(form)
  return {
    ...(form.namespace === '' && namespaceError(form.newNamespace, names)),
    ...(!isName(form.name) && {
      name: form.name === '' ? 'A function needs a name.' : NAME_RULE,
    }),
    ...(names.get(namespace)?.includes(form.name) && {
      name: `There is a function ${form.name} in ${namespace} already.`,
    }),
    ...(form.source.main_method === '' && { main_method: 'Say which method is called.' }),
    ...(sourceErrors(form.source).length > 0 && { source: sourceErrors(form.source)[0]!.message }),
  }
}

function namespaceError(name: string, names: ReadonlyMap<string, unknown>) {
  if (!isName(name)) return { newNamespace: name === '' ? 'A namespace needs a name.' : NAME_RULE }
  if (names.has(name))
    return { newNamespace: 'There is a namespace of this name: choose it above.' }
  return {}
}

export function bodyOf(form: NewFunctionForm): CreateFunctionSerializer {
  return {
    name: form.name,
    runtime: form.runtime,
    ...form.source,
    files: { ...form.source.files },
    flavor: form.flavor,
    timeout: TIMEOUT_SECONDS,
    autoscaling: INSTANCES,
    enable_api_key: form.requiresKey,
    keys: [...form.keys],
  }
}
