import { Button, Code, Group, Stack, Table, Text, Title } from '@mantine/core'
import { IconPlus, IconTrash } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useId, useState } from 'react'
import { Link, useNavigate, useParams } from 'react-router'
import type { NamespaceSerializer } from '../../../src/client/types.ts'
import type { Scope } from '../../../src/domain/names.ts'
import { useMay } from '../app/may.ts'
import { places } from '../app/places.ts'
import { useScope } from '../app/scope.ts'
import { Page } from '../ui/page.tsx'
import { ErrorNote, LoadingRows } from '../ui/states.tsx'
import { TimeText } from '../ui/time-text.tsx'
import { DeleteNamespace } from './delete-namespace.tsx'
import { DescribeNamespace } from './describe-namespace.tsx'
import { EnvironmentForm } from './environment-form.tsx'
import { NamespaceFunctions } from './namespace-functions.tsx'
import { NamespaceKeys } from './namespace-keys.tsx'
import { namespaceQuery } from './namespace-queries.ts'

export function Component() {
  const scope = useScope()
  const { namespace: name = '' } = useParams()
  const { data, error, refetch } = useQuery(namespaceQuery(scope, name))
  if (data === undefined) {
    return (
      <Page title={name}>
        {error === null ? <LoadingRows /> : <ErrorNote error={error} onRetry={refetch} />}
      </Page>
    )
  }
  return <NamespaceView key={name} scope={scope} namespace={data} />
}

function NamespaceView({
  scope,
  namespace,
}: {
  readonly scope: Scope
  readonly namespace: NamespaceSerializer
}) {
  const { name } = namespace
  const navigate = useNavigate()
  const mayRead = useMay('viewer')
  const mayChange = useMay('editor')
  const [isDeleting, setDeleting] = useState(false)
  const functions = namespace.functions_deploy_status.total ?? namespace.functions.length
  const known = { envs: namespace.envs ?? {}, secretNames: namespace.secret_env_names }
  const actions = mayChange && (
    <>
      <Button
        variant="default"
        leftSection={<IconTrash size={16} aria-hidden />}
        onClick={() => setDeleting(true)}
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
  return (
    <Page title={name} actions={actions}>
      <Stack gap="xl" maw={1000}>
        <Description scope={scope} namespace={namespace} mayChange={mayChange} />
        <Section title="Functions">
          <NamespaceFunctions scope={scope} name={name} />
        </Section>
        <Section title="Environment">
          {mayChange ? (
            <EnvironmentForm scope={scope} namespace={name} known={known} functions={functions} />
          ) : mayRead ? (
            <EnvironmentTable {...known} />
          ) : (
            <Text c="dimmed">This needs the role viewer on this project.</Text>
          )}
        </Section>
        <Section title="API keys for the whole namespace">
          {mayRead ? (
            <NamespaceKeys scope={scope} name={name} />
          ) : (
            <Text c="dimmed">This needs the role viewer on this project.</Text>
          )}
        </Section>
      </Stack>
      <DeleteNamespace
        scope={scope}
        namespace={isDeleting ? { name, functions } : undefined}
        onClose={() => setDeleting(false)}
        onDeleted={() => navigate(places.namespaces(scope), { replace: true })}
      />
    </Page>
  )
}

function Description({
  scope,
  namespace: { name, description, created_at: at },
  mayChange,
}: {
  readonly scope: Scope
  readonly namespace: NamespaceSerializer
  readonly mayChange: boolean
}) {
  const [isEditing, setEditing] = useState(false)
  return (
    <Stack gap="xs">
      <Group gap="sm">
        {description && <Text>{description}</Text>}
        {mayChange && (
          <Button variant="default" size="xs" onClick={() => setEditing(true)}>
            {description ? 'Edit description' : 'Add a description'}
          </Button>
        )}
      </Group>
      <Text size="sm" c="dimmed">
        Created <TimeText time={at} />
      </Text>
      <DescribeNamespace
        scope={scope}
        name={name}
        description={description ?? ''}
        opened={isEditing}
        onClose={() => setEditing(false)}
      />
    </Stack>
  )
}

function Section({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  const id = useId()
  return (
    <section aria-labelledby={id}>
      <Title order={2} size="h4" mb="sm" id={id}>
        {title}
      </Title>
      {children}
    </section>
  )
}

function EnvironmentTable({
  envs,
  secretNames,
}: {
  readonly envs: Readonly<Record<string, string>>
  readonly secretNames: readonly string[]
}) {
  const names = Object.keys(envs).sort()
  if (names.length + secretNames.length === 0) return <Text c="dimmed">There are no values.</Text>
  return (
    <Table aria-label="Environment values" layout="fixed">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Name</Table.Th>
          <Table.Th>Value</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {names.map((name) => (
          <Table.Tr key={name}>
            <Table.Td>{name}</Table.Td>
            <Table.Td>
              <Code style={{ overflowWrap: 'anywhere' }}>{envs[name]}</Code>
            </Table.Td>
          </Table.Tr>
        ))}
        {[...secretNames].sort().map((name) => (
          <Table.Tr key={name}>
            <Table.Td>{name}</Table.Td>
            <Table.Td>Secret: it is not shown.</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  )
}
