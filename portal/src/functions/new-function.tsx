import { Button, Group, Stack, Switch, Text } from '@mantine/core'
import type { FormEvent } from 'react'
import { useScope } from '../app/scope.ts'
import { Confirm } from '../ui/confirm.tsx'
import { LeaveGuard } from '../ui/leave-guard.tsx'
import { ErrorNote } from '../ui/states.tsx'
import { CodeWorkspace } from './code-workspace.tsx'
import { FlavorSelect } from './configuration-flavor.tsx'
import { Section } from './configuration-section.tsx'
import { KeysSelect } from './function-keys-select.tsx'
import { MainMethod } from './main-method.tsx'
import type { NewFunctionForm } from './new-function-form.ts'
import { LanguageChoice, TemplateChoice } from './new-function-language.tsx'
import { PlaceFields } from './new-function-place.tsx'
import { type NewFunctionProps, useNewFunction, useTemplates } from './use-new-function.ts'

/** Everything that a new function needs, on one page; what is not asked for is in its configuration later. */
export function NewFunction(props: NewFunctionProps) {
  const scope = useScope()
  const creation = useNewFunction(props)
  const { form, change, errors, refusal } = creation
  const templates = useTemplates(creation)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    creation.submit()
  }
  return (
    <form onSubmit={submit} noValidate>
      <LeaveGuard isDirty={templates.isChanged || form.name !== ''} />
      <ReplaceCode templates={templates} />
      <Stack gap="lg">
        <Section title="What it is made of">
          <LanguageChoice
            runtimes={props.runtimes}
            runtime={form.runtime}
            onChange={templates.chooseRuntime}
          />
          <TemplateChoice
            language={templates.language}
            templateId={form.templateId}
            onChange={templates.chooseTemplate}
          />
        </Section>
        <Section title="Where it is">
          <PlaceFields
            scope={scope}
            form={form}
            onChange={change}
            namespaces={creation.namespaces}
            other={someFunction(props)}
            errors={errors}
          />
        </Section>
        <Callers form={form} onChange={change} />
        <Code templates={templates} form={form} onChange={change} error={errors.main_method} />
        {creation.error !== null && <ErrorNote error={creation.error} />}
        <Group justify="flex-end">
          {refusal !== undefined && (
            <Text size="sm" c="red" role="alert">
              {refusal}
            </Text>
          )}
          <Button type="submit" loading={creation.isPending}>
            Create
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

interface FieldsProps {
  readonly form: NewFunctionForm
  readonly onChange: (changed: Partial<NewFunctionForm>) => void
}

type Templates = ReturnType<typeof useTemplates>

function ReplaceCode({ templates }: { readonly templates: Templates }) {
  return (
    <Confirm
      opened={templates.isAsking}
      title="Replace the code?"
      action="Replace"
      isDangerous
      isPending={false}
      onConfirm={() => templates.answer(true)}
      onClose={() => templates.answer(false)}
    >
      <Text size="sm">What you have changed in the code is replaced by the template.</Text>
    </Confirm>
  )
}

function Callers({ form, onChange }: FieldsProps) {
  const scope = useScope()
  return (
    <Section title="Who may call it">
      <Switch
        label="Callers need a key"
        // Else it is called by its description too, which is read out after it.
        aria-label="Callers need a key"
        description="Without, whoever knows the endpoint can call it."
        checked={form.requiresKey}
        onChange={(event) => onChange({ requiresKey: event.currentTarget.checked })}
      />
      {form.requiresKey && (
        <KeysSelect
          scope={scope}
          label="Keys that open it"
          description="Others can be added at any time. A key of the whole namespace opens it too."
          value={form.keys}
          onChange={(keys) => onChange({ keys })}
        />
      )}
    </Section>
  )
}

function Code({
  templates,
  form,
  onChange,
  error,
}: FieldsProps & { readonly templates: Templates; readonly error: string | undefined }) {
  const scope = useScope()
  const { source } = form
  return (
    <Section title="Its code">
      <CodeWorkspace
        source={source}
        onChange={(changed) => onChange({ source: changed })}
        runtime={form.runtime}
        part={templates.part}
        onPart={templates.setPart}
      />
      <MainMethod
        value={source.main_method}
        onChange={(main_method) => onChange({ source: { ...source, main_method } })}
        error={error}
        isRequired
      />
      <FlavorSelect scope={scope} value={form.flavor} onChange={(flavor) => onChange({ flavor })} />
      <Text size="sm" c="dimmed">
        It may take 10 seconds for an answer and have up to 2 instances, none while nobody calls it.
        The configuration of the function has these and more.
      </Text>
    </Section>
  )
}

/** One that is there, whose endpoint says what that of another would be. */
function someFunction({ names }: NewFunctionProps) {
  for (const [namespace, [name]] of [...names].sort()) if (name) return { namespace, name }
  return undefined
}
