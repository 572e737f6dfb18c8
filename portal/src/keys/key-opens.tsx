import { Alert, Anchor, Badge, Button, Code, Group, Stack, Text } from '@mantine/core'
import { IconInfoCircle } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Link } from 'react-router'
import type { FaasApiKeySerializer } from '../../../src/client/types.ts'
import type { Scope } from '../../../src/domain/names.ts'
import { api } from '../app/api.ts'
import { places } from '../app/places.ts'
import { useScope } from '../app/scope.ts'
import { CopyButton } from '../ui/copy-button.tsx'
import { accessOf, type Grant, grantId, grantsOf, isLimited } from './access.ts'
import { KeySection } from './key-section.tsx'
import { curlText } from './secret-text.ts'

/** Each of them asks for its endpoint. */
const SHOWN_FIRST = 10

/** What the key opens, how it is limited there, and how to call it. */
export function KeyOpens({ apiKey }: { readonly apiKey: FaasApiKeySerializer }) {
  const scope = useScope()
  const [isAll, setAll] = useState(false)
  const grants = grantsOf(accessOf(apiKey))
  const shown = isAll ? grants : grants.slice(0, SHOWN_FIRST)
  return (
    <KeySection title="Access to functions">
      {grants.length === 0 && (
        <Alert color="yellow" icon={<IconInfoCircle aria-hidden />} title="It opens nothing">
          <Anchor component={Link} to={places.editKey(scope, apiKey.name, 'access')} size="sm">
            Choose what it opens
          </Anchor>
        </Alert>
      )}
      <Stack gap="md">
        {shown.map((grant) => (
          <GrantLine key={grantId(grant)} scope={scope} grant={grant} />
        ))}
        {shown.length < grants.length && (
          <Group>
            <Button size="xs" variant="default" onClick={() => setAll(true)}>
              Show all {grants.length}
            </Button>
          </Group>
        )}
      </Stack>
    </KeySection>
  )
}

function GrantLine({ scope, grant }: { readonly scope: Scope; readonly grant: Grant }) {
  const isFunction = grant.kind === 'function'
  return (
    <Stack gap={4}>
      <Group gap="xs">
        {isFunction ? (
          <Anchor component={Link} to={places.fn(scope, grant)} size="sm" fw={600}>
            {grantId(grant)}
          </Anchor>
        ) : (
          <Text size="sm">
            All functions of{' '}
            <Anchor component={Link} to={places.namespace(scope, grant.name)} size="sm" fw={600}>
              {grant.name}
            </Anchor>
            , those that come later too
          </Text>
        )}
        <Limits grant={grant} />
      </Group>
      {isFunction && <Curl scope={scope} grant={grant} />}
    </Stack>
  )
}

function Limits({ grant }: { readonly grant: Grant }) {
  if (!isLimited(grant)) {
    return (
      <Text size="sm" c="dimmed">
        every method and path
      </Text>
    )
  }
  return (
    <>
      {grant.methods.map((method) => (
        <Badge key={method} variant="default" tt="none" radius="sm">
          {method}
        </Badge>
      ))}
      {grant.paths.map((path) => (
        <Badge key={path} variant="default" tt="none" radius="sm" ff="monospace" fw={400}>
          {path}
        </Badge>
      ))}
    </>
  )
}

/** How to call it; the secret is known to whoever keeps it, and goes in its place. */
function Curl({
  scope,
  grant,
}: {
  readonly scope: Scope
  readonly grant: Extract<Grant, { kind: 'function' }>
}) {
  const { namespace, name } = grant
  const fn = useQuery({
    queryKey: ['functions', scope, namespace, name, 'endpoint'],
    queryFn: async () => (await api.functions.get(scope, { namespace, name })).endpoint,
    staleTime: 60_000,
  })
  if (fn.data === undefined) return null
  const command = curlText({ endpoint: fn.data, limits: grant }, undefined)
  return (
    <Group gap={4} wrap="nowrap" align="center" miw={0}>
      <Code style={{ overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }}>{command}</Code>
      <CopyButton value={command} label={`Copy the command for ${namespace}/${name}`} />
    </Group>
  )
}
