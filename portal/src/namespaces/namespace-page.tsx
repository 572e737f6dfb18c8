import { Button, Stack, Text } from '@mantine/core'
import { IconPlus, IconTrash } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Link, useNavigate, useParams } from 'react-router'
import { ApiError } from '../../../src/client/errors.ts'
import type { Scope } from '../../../src/domain/names.ts'
import { roleNeededText, useMay } from '../app/may.ts'
import { places } from '../app/places.ts'
import { useScope } from '../app/scope.ts'
import { Page } from '../ui/page.tsx'
import { Section } from '../ui/section.tsx'
import { Empty, ErrorNote, LoadingRows } from '../ui/states.tsx'
import { DeleteNamespace } from './delete-namespace.tsx'
import { EnvironmentForm } from './environment-form.tsx'
import { EnvironmentTable } from './environment-table.tsx'
import { NamespaceDescription } from './namespace-description.tsx'
import { NamespaceFunctions } from './namespace-functions.tsx'
import { NamespaceKeys } from './namespace-keys.tsx'
import { functionsOf, namespaceQuery, type ReadNamespace } from './namespace-queries.ts'

export function Component() {
  const scope = useScope()
  const { namespace: name = '' } = useParams()
  const { data, error, refetch } = useQuery(namespaceQuery(scope, name))
  if (data === undefined) {
    const isMissing = error instanceof ApiError && error.status === 404
    return (
      <Page title={name}>
        {error === null && <LoadingRows />}
        {isMissing && <NoNamespace name={name} />}
        {error !== null && !isMissing && <ErrorNote error={error} onRetry={refetch} />}
      </Page>
    )
  }
  return <NamespaceView key={name} scope={scope} read={data} />
}

function NoNamespace({ name }: { readonly name: string }) {
  const scope = useScope()
  return (
    <Empty
      title={`There is no namespace named ${name}`}
      action={
        <Button component={Link} to={places.namespaces(scope)} variant="default">
          To the namespaces
        </Button>
      }
    >
      It may have been deleted, or it is in another project.
    </Empty>
  )
}

interface NamespaceProps {
  readonly scope: Scope
  readonly read: ReadNamespace
}

function NamespaceView({ scope, read }: NamespaceProps) {
  const { name } = read.namespace
  const navigate = useNavigate()
  const mayRead = useMay('viewer')
  const mayChange = useMay('editor')
  const [isDeleting, setDeleting] = useState(false)
  return (
    <Page
      title={name}
      actions={mayChange && <Actions {...{ scope, name }} onDelete={() => setDeleting(true)} />}
    >
      <Stack gap="xl">
        <NamespaceDescription scope={scope} read={read} mayChange={mayChange} />
        <Section title="Functions">
          <NamespaceFunctions scope={scope} name={name} />
        </Section>
        <Section title="Environment">
          {mayRead ? (
            <NamespaceEnvironment scope={scope} read={read} mayChange={mayChange} />
          ) : (
            <Text c="dimmed">{roleNeededText('viewer')}</Text>
          )}
        </Section>
        <Section title="API keys for the whole namespace">
          {mayRead ? (
            <NamespaceKeys scope={scope} name={name} />
          ) : (
            <Text c="dimmed">{roleNeededText('viewer')}</Text>
          )}
        </Section>
      </Stack>
      <DeleteNamespace
        scope={scope}
        namespace={isDeleting ? { name, functions: functionsOf(read.namespace) } : undefined}
        onClose={() => setDeleting(false)}
        onDeleted={() => navigate(places.namespaces(scope), { replace: true })}
      />
    </Page>
  )
}

function NamespaceEnvironment({
  mayChange,
  ...rest
}: NamespaceProps & { readonly mayChange: boolean }) {
  const { namespace } = rest.read
  if (!mayChange) return <EnvironmentTable namespace={namespace} />
  return <EnvironmentForm {...rest} functions={functionsOf(namespace)} />
}

interface ActionsProps {
  readonly scope: Scope
  readonly name: string
  readonly onDelete: () => void
}

function Actions({ scope, name, onDelete }: ActionsProps) {
  return (
    <>
      <Button
        variant="default"
        leftSection={<IconTrash size={16} aria-hidden />}
        onClick={onDelete}
      >
        Delete
      </Button>
      <Button
        component={Link}
        to={`${places.newFunction(scope)}?namespace=${encodeURIComponent(name)}`}
        leftSection={<IconPlus size={16} aria-hidden />}
      >
        Create function
      </Button>
    </>
  )
}
