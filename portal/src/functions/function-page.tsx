import { Anchor, Button, Code, Group, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Suspense } from 'react'
import { Link, Outlet, useNavigate } from 'react-router'
import { ApiError } from '../../../src/client/errors.ts'
import type { FunctionSerializer } from '../../../src/client/types.ts'
import { formatFunctionName } from '../../../src/domain/names.ts'
import { places } from '../app/places.ts'
import { useFunctionName, useScope } from '../app/scope.ts'
import { CopyButton } from '../ui/copy-button.tsx'
import { Page } from '../ui/page.tsx'
import { Empty, ErrorNote, LoadingRows } from '../ui/states.tsx'
import { FunctionButtons } from './function-actions.tsx'
import { functionQuery } from './function-query.ts'
import { FunctionStatusBadge } from './function-status.tsx'
import { FunctionTabs, useActiveTab } from './function-tabs.tsx'

/** One function: its tabs are pages of their own, each with an address. */
export function Component() {
  const scope = useScope()
  const name = useFunctionName()
  const navigate = useNavigate()
  const { data, error, refetch } = useQuery(functionQuery(scope, name))
  const title = formatFunctionName(name)
  const part = useActiveTab(scope, name)?.label
  if (error instanceof ApiError && error.status === 404) return <NoFunction />
  if (data === undefined) {
    return (
      <Page title={title} part={part}>
        {error === null ? <LoadingRows /> : <ErrorNote error={error} onRetry={() => refetch()} />}
      </Page>
    )
  }
  const { fn } = data
  return (
    <Page
      title={title}
      part={part}
      beside={<FunctionStatusBadge status={fn.status} />}
      actions={
        <FunctionButtons
          namespace={name.namespace}
          fn={fn}
          onDeleted={() => navigate(places.functions(scope))}
        />
      }
    >
      <Endpoint fn={fn} />
      <FunctionTabs scope={scope} name={name} />
      <Suspense fallback={<LoadingRows />}>
        <Outlet />
      </Suspense>
    </Page>
  )
}

function Endpoint({ fn }: { readonly fn: FunctionSerializer }) {
  return (
    <Group gap={4} mb="md" wrap="nowrap" mt="calc(var(--mantine-spacing-sm) * -1)">
      <Code style={{ overflowWrap: 'anywhere' }}>{fn.endpoint}</Code>
      <CopyButton value={fn.endpoint} label="Copy the endpoint" />
      <Text size="sm" c="dimmed" visibleFrom="sm">
        {fn.enable_api_key === true ? 'Opens with a key' : 'Open: wants no key'}
      </Text>
    </Group>
  )
}

function NoFunction() {
  const scope = useScope()
  const name = useFunctionName()
  return (
    <Page title={formatFunctionName(name)}>
      <Empty
        title="There is no such function"
        action={
          <Group justify="center">
            <Button component={Link} to={places.functions(scope)}>
              To the functions
            </Button>
            <Anchor component={Link} to={places.newFunction(scope)}>
              Create a function
            </Anchor>
          </Group>
        }
      >
        It may have been deleted, or it is in another project.
      </Empty>
    </Page>
  )
}
