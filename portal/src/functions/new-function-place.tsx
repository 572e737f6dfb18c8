import { Code, Select, Stack, Text, TextInput } from '@mantine/core'
import type { FunctionName, Scope } from '../../../src/domain/names.ts'
import { useFutureEndpoint } from './function-endpoint.ts'
import { NAME_RULE, type NewFunctionForm, namespaceOf } from './new-function-form.ts'

const NEW = ' new'

export interface PlaceFieldsProps {
  readonly scope: Scope
  readonly form: NewFunctionForm
  readonly onChange: (change: Partial<NewFunctionForm>) => void
  readonly namespaces: readonly string[]
  readonly other: FunctionName | undefined
  readonly errors: { readonly name?: string; readonly newNamespace?: string }
}

/** Namespace and name, and the address that comes of them. */
export function PlaceFields(props: PlaceFieldsProps) {
  const { scope, form, onChange, namespaces, other, errors } = props
  const endpoint = useFutureEndpoint(
    scope,
    { namespace: namespaceOf(form), name: form.name },
    other,
  )
  return (
    <Stack gap="sm">
      {namespaces.length > 0 && (
        <Select
          label="Namespace"
          description="Functions of a namespace share environment values, and a key can open all of them."
          data={[
            ...namespaces.map((name) => ({ value: name, label: name })),
            { value: NEW, label: 'A new namespace …' },
          ]}
          value={form.namespace === '' ? NEW : form.namespace}
          onChange={(chosen) => onChange({ namespace: chosen === NEW ? '' : (chosen ?? '') })}
          allowDeselect={false}
          searchable={namespaces.length > 8}
          maw={360}
        />
      )}
      {form.namespace === '' && (
        <TextInput
          label="Name of the new namespace"
          description={NAME_RULE}
          required
          value={form.newNamespace}
          onChange={(event) => onChange({ newNamespace: event.currentTarget.value })}
          error={errors.newNamespace}
          maw={360}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
        />
      )}
      <TextInput
        label="Name"
        description={NAME_RULE}
        required
        value={form.name}
        onChange={(event) => onChange({ name: event.currentTarget.value })}
        error={errors.name}
        maw={360}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
      />
      <Text size="sm" c="dimmed" aria-live="polite">
        {endpoint === undefined ? (
          'Its endpoint is made of both names.'
        ) : (
          <>
            Its endpoint: <Code style={{ overflowWrap: 'anywhere' }}>{endpoint}</Code>
          </>
        )}
      </Text>
    </Stack>
  )
}
