import { Anchor, Group, Paper, Text, Title } from '@mantine/core'
import { Link } from 'react-router'
import type { FunctionSerializer } from '../../../src/client/types.ts'
import { places } from '../app/places.ts'
import { useFunctionName, useScope } from '../app/scope.ts'

const NAMES_MAX = 12

/** The keys that open the function, by its name or with its whole namespace. */
export function OverviewKeys({ fn }: { readonly fn: FunctionSerializer }) {
  const scope = useScope()
  const name = useFunctionName()
  const names = [...new Set([...fn.keys, ...fn.namespace_keys])].sort()
  const ofNamespace = new Set(fn.namespace_keys)
  return (
    <Paper withBorder p="md">
      <Title order={2} size="h5" mb="xs">
        Keys that open it
      </Title>
      {names.length === 0 && (
        <Text size="sm" c="dimmed">
          {fn.enable_api_key === true ? 'None: nobody can call it yet.' : 'None. It wants none.'}
        </Text>
      )}
      <Group gap="xs" component="ul" m={0} p={0} style={{ listStyle: 'none' }}>
        {names.slice(0, NAMES_MAX).map((key) => (
          <li key={key}>
            <Anchor component={Link} to={places.key(scope, key)} fz="sm">
              {key}
            </Anchor>
            {ofNamespace.has(key) && (
              <Text span size="xs" c="dimmed">
                {' '}
                (whole namespace)
              </Text>
            )}
          </li>
        ))}
      </Group>
      <Text size="sm" mt="xs">
        <Anchor
          component={Link}
          to={places.fn(scope, name, 'keys')}
          fz="inherit"
          underline="always"
        >
          {names.length > NAMES_MAX ? `All ${names.length} keys` : 'Change keys'}
        </Anchor>
      </Text>
    </Paper>
  )
}
