import { Button, Group, Stack, Switch, Text, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { Link } from 'react-router'
import type { RuntimesSerializer } from '../../../src/client/types.ts'
import { places } from '../app/places.ts'
import { useScope } from '../app/scope.ts'
import { Confirm } from '../ui/confirm.tsx'
import { LeaveGuard } from '../ui/leave-guard.tsx'
import { serverErrors } from '../ui/server-errors.ts'
import { ErrorNote } from '../ui/states.tsx'
import { languageOfRuntime } from './code-names.ts'
import { isSameSource, type Part } from './code-source.ts'
import { CodeWorkspace } from './code-workspace.tsx'
import { FlavorSelect } from './configuration-flavor.tsx'
import { Section } from './configuration-section.tsx'
import { KeysSelect } from './function-keys-select.tsx'
import { useCreateFunction } from './new-function-create.ts'
import {
  emptyForm,
  formErrors,
  type NewFunctionForm,
  templatesOf,
  withTemplate,
} from './new-function-form.ts'
import { LanguageChoice, TemplateChoice } from './new-function-language.tsx'
import { PlaceFields } from './new-function-place.tsx'
import { TEMPLATES } from './templates.ts'
import { sourceOfTemplate } from './templates-source.ts'

export interface NewFunctionProps {
  readonly runtimes: RuntimesSerializer
  /** Functions by namespace. */
  readonly names: ReadonlyMap<string, readonly string[]>
}

/** Everything that a new function needs, on one page; what is not asked for is in its configuration later. */
export function NewFunction({ runtimes, names }: NewFunctionProps) {
  const scope = useScope()
  const namespaces = [...names.keys()].sort()
  const [form, setForm] = useState(() => emptyForm(runtimes, namespaces))
  const [part, setPart] = useState<Part>('code_text')
  const [isTold, setTold] = useState(false)
  /** What would take the place of code that was changed here. */
  const [replacement, setReplacement] = useState<NewFunctionForm>()
  const change = (changed: Partial<NewFunctionForm>) => setForm({ ...form, ...changed })
  const { create, isPending, error } = useCreateFunction(form, names)
  const faults = formErrors(form, names)
  const { placed, rest } = serverErrors(error, ['name', 'main_method'])
  // A name that cannot be is said as it is typed; that one is missing only when it is wanted.
  const shown = {
    ...((isTold || form.name !== '') && faults.name && { name: faults.name }),
    ...((isTold || form.newNamespace !== '') &&
      faults.newNamespace && { newNamespace: faults.newNamespace }),
    ...placed,
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setTold(true)
    if (Object.keys(faults).length === 0) create()
  }
  const language = languageOfRuntime(form.runtime)
  const isCodeChanged = isCodeOfOwn(form)
  const begin = (next: NewFunctionForm) => {
    setForm(next)
    setPart('code_text')
  }
  const replaceCode = (next: NewFunctionForm) =>
    isCodeChanged ? setReplacement(next) : begin(next)
  const otherName = namespaces.find((one) => names.get(one)!.length > 0)
  const other =
    otherName === undefined ? undefined : { namespace: otherName, name: names.get(otherName)![0]! }
  return (
    <form onSubmit={submit} noValidate>
      <LeaveGuard isDirty={isCodeChanged || form.name !== ''} />
      <Confirm
        opened={replacement !== undefined}
        title="Replace the code?"
        action="Replace"
        isDangerous
        isPending={false}
        onConfirm={() => {
          if (replacement !== undefined) begin(replacement)
          setReplacement(undefined)
        }}
        onClose={() => setReplacement(undefined)}
      >
        <Text size="sm">What you have changed in the code is replaced by the template.</Text>
      </Confirm>
      <Stack gap="lg">
        <Section title="What it is made of">
          <LanguageChoice
            runtimes={runtimes}
            runtime={form.runtime}
            onChange={(runtime) => {
              const chosen = { ...form, runtime }
              const template = templatesOf(languageOfRuntime(runtime))[0]
              if (languageOfRuntime(runtime) === language || template === undefined) {
                setForm(chosen)
              } else replaceCode(withTemplate(chosen, template))
            }}
          />
          <TemplateChoice
            language={language}
            templateId={form.templateId}
            onChange={(id) => {
              const template = TEMPLATES.find((one) => one.id === id)!
              replaceCode(withTemplate(form, template))
            }}
          />
        </Section>
        <Section title="Where it is">
          <PlaceFields
            scope={scope}
            form={form}
            onChange={change}
            namespaces={namespaces}
            other={other}
            errors={shown}
          />
        </Section>
        <Section title="Who may call it">
          <Switch
            label="Callers need a key"
            description="Without, whoever knows the endpoint can call it."
            checked={form.requiresKey}
            onChange={(event) => change({ requiresKey: event.currentTarget.checked })}
          />
          {form.requiresKey && (
            <KeysSelect
              scope={scope}
              label="Keys that open it"
              description="Others can be added at any time. A key of the whole namespace opens it too."
              value={form.keys}
              onChange={(keys) => change({ keys })}
            />
          )}
        </Section>
        <Section title="Its code">
          <CodeWorkspace
            source={form.source}
            onChange={(source) => change({ source })}
            runtime={form.runtime}
            part={part}
            onPart={setPart}
          />
          <TextInput
            label="Main method"
            description="What is called: handler, or module.handler, where the last part counts."
            required
            value={form.source.main_method}
            onChange={(event) =>
              change({ source: { ...form.source, main_method: event.currentTarget.value } })
            }
            error={(isTold && faults.main_method) || placed.main_method}
            maxLength={100}
            maw={360}
            autoComplete="off"
            spellCheck={false}
          />
          <FlavorSelect
            scope={scope}
            value={form.flavor}
            onChange={(flavor) => change({ flavor })}
          />
          <Text size="sm" c="dimmed">
            It may take 10 seconds for an answer and have up to 2 instances, none while nobody calls
            it. The configuration of the function has these and more.
          </Text>
        </Section>
        {rest !== null && <ErrorNote error={rest} />}
        <Group justify="flex-end">
          {isTold && Object.keys(faults).length > 0 && (
            <Text size="sm" c="red" role="alert">
              {Object.values(faults)[0]}
            </Text>
          )}
          <Button variant="default" component={Link} to={places.functions(scope)}>
            Cancel
          </Button>
          <Button type="submit" loading={isPending}>
            Create
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

function isCodeOfOwn({ templateId, source }: NewFunctionForm): boolean {
  const template = TEMPLATES.find(({ id }) => id === templateId)
  return template !== undefined && !isSameSource(source, sourceOfTemplate(template))
}
