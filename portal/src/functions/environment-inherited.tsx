import { Anchor, List, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from 'react-router'
import { places } from '../app/places.ts'
import { useFunctionName, useScope } from '../app/scope.ts'
import { namespaceQuery } from '../namespaces/namespace-queries.ts'
import { ErrorNote, LoadingRows } from '../ui/states.tsx'
import { Section } from './configuration-section.tsx'
import { useFunction } from './function-query.ts'

/** What comes from the namespace, for all of its functions. */
export function InheritedEnvironment() {
  const scope = useScope()
  const { namespace } = useFunctionName()
  const { fn } = useFunction()
  const { data, error } = useQuery({
    ...namespaceQuery(scope, namespace),
    select: (read) => read.namespace,
  })
  const own = new Set([...Object.keys(fn.envs ?? {}), ...fn.secret_env_names])
  const isEmpty = Object.keys(data?.envs ?? {}).length + (data?.secret_env_names.length ?? 0) === 0
  const said = (name: string) => (own.has(name) ? ' (the function has its own)' : '')
  return (
    <div>
      <Title order={3} size="h5" mb="xs">
        From the namespace
      </Title>
      {error !== null && <ErrorNote error={error} />}
      {data === undefined && error === null && <LoadingRows rows={1} />}
      {data !== undefined && isEmpty && (
        <Text c="dimmed" mb="xs">
          It has none.
        </Text>
      )}
      {data !== undefined && !isEmpty && (
        <List size="sm" mb="xs">
          {Object.entries(data.envs ?? {}).map(([name, value]) => (
            <List.Item key={name} style={{ overflowWrap: 'anywhere' }}>
              <code>
                {name}={value}
              </code>
              {said(name)}
            </List.Item>
          ))}
          {data.secret_env_names.map((name) => (
            <List.Item key={name}>
              <code>{name}</code>, secret{said(name)}
            </List.Item>
          ))}
        </List>
      )}
      <Anchor component={Link} to={places.namespace(scope, namespace)} size="sm" underline="always">
        Change them in the namespace {namespace}
      </Anchor>
    </div>
  )
}

/** The function's own values, for those who may not change them. */
export function ReadEnvironment() {
  const { fn } = useFunction()
  const plain = Object.entries(fn.envs ?? {}).sort()
  return (
    <Section title="Environment">
      <List size="sm">
        {plain.map(([name, value]) => (
          <List.Item key={name} style={{ overflowWrap: 'anywhere' }}>
            <code>
              {name}={value}
            </code>
          </List.Item>
        ))}
        {fn.secret_env_names.map((name) => (
          <List.Item key={name}>
            <code>{name}</code>, secret
          </List.Item>
        ))}
        {plain.length + fn.secret_env_names.length === 0 && (
          <List.Item>The function has no values of its own.</List.Item>
        )}
      </List>
      <InheritedEnvironment />
    </Section>
  )
}
