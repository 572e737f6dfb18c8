import { Anchor, Group, List, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from 'react-router'
import type { FaasApiKeySerializer } from '../../../src/client/types.ts'
import type { Scope } from '../../../src/domain/names.ts'
import { places } from '../app/places.ts'
import { ErrorNote, LoadingRows } from '../ui/states.tsx'
import { StatusBadge } from '../ui/status-badge.tsx'
import { namespaceKeysQuery } from './namespace-queries.ts'

/** The keys that open all of the namespace, functions to come included. */
export function NamespaceKeys({ scope, name }: { readonly scope: Scope; readonly name: string }) {
  const { data, error, refetch } = useQuery(namespaceKeysQuery(scope, name))
  if (data === undefined) {
    return error === null ? <LoadingRows rows={2} /> : <ErrorNote error={error} onRetry={refetch} />
  }
  if (data.count === 0) {
    return <Text c="dimmed">No key opens the whole namespace.</Text>
  }
  return (
    <>
      <List listStyleType="none" spacing="xs">
        {data.results.map((key) => (
          <List.Item key={key.id}>
            <Group gap="xs">
              <Anchor component={Link} to={places.key(scope, key.name)}>
                {key.name}
              </Anchor>
              {key.status !== 'Active' && <StatusBadge status={key.status} />}
              <Text size="sm" c="dimmed">
                {limitsText(key, name)}
              </Text>
            </Group>
          </List.Item>
        ))}
      </List>
      {data.count > data.results.length && (
        <Text size="sm" c="dimmed">
          Showing {data.results.length} of {data.count}
        </Text>
      )}
    </>
  )
}

function limitsText(key: FaasApiKeySerializer, namespace: string): string {
  const grants = key.namespaces.filter(({ name }) => name === namespace)
  const isWhole = grants.some(
    ({ methods = [], paths = [] }) => (methods?.length ?? 0) + (paths?.length ?? 0) === 0,
  )
  if (isWhole) return ''
  return grants
    .map(({ methods, paths }) =>
      [(methods ?? []).join(', '), (paths ?? []).join(', ')].filter(Boolean).join(' '),
    )
    .map((limits) => `only ${limits}`)
    .join('; ')
}
