import { Anchor, Code, Group, Paper, SimpleGrid, Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { Link } from 'react-router'
import type { FunctionSerializer } from '../../../src/client/types.ts'
import { useMay } from '../app/may.ts'
import { type FunctionTab, places } from '../app/places.ts'
import { useFunctionName, useScope } from '../app/scope.ts'
import { UsageChart } from '../ui/charts/usage-chart.tsx'
import { CopyButton } from '../ui/copy-button.tsx'
import { KeyValue } from '../ui/key-value.tsx'
import { ErrorNote, LoadingRows } from '../ui/states.tsx'
import { RelativeTime, TimeText } from '../ui/time-text.tsx'
import { useFunction } from './function-query.ts'
import { metricsQuery, rangeOf } from './metrics-query.ts'
import { OverviewKeys } from './overview-keys.tsx'
import { newestErrorsQuery, newestVersionQuery, triggersCountQuery } from './overview-query.ts'

const LINES_SHOWN = 4

/** A function at a glance. */
export function Component() {
  const { fn } = useFunction()
  const mayView = useMay('viewer')
  return (
    <Stack gap="lg" pt="md">
      <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="lg">
        <Facts fn={fn} />
        <Stack gap="lg">
          <HowToCall fn={fn} />
          {mayView && <OverviewKeys fn={fn} />}
        </Stack>
      </SimpleGrid>
      {mayView && (
        <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="lg">
          <LastHour wantsKey={fn.enable_api_key === true} />
          <NewestErrors />
        </SimpleGrid>
      )}
    </Stack>
  )
}

function Card({ children }: { readonly children: ReactNode }) {
  return (
    <Paper withBorder p="md" miw={0}>
      {children}
    </Paper>
  )
}

function Facts({ fn }: { readonly fn: FunctionSerializer }) {
  const scope = useScope()
  const name = useFunctionName()
  const mayView = useMay('viewer')
  const version = useQuery({ ...newestVersionQuery(scope, name), enabled: mayView })
  const triggers = useQuery({ ...triggersCountQuery(scope, name), enabled: mayView })
  const { total = 0, ready = 0 } = fn.deploy_status
  const { min_instances: least, max_instances: most } = fn.autoscaling
  return (
    <Card>
      <Title order={2} size="h5" mb="xs">
        Status
      </Title>
      <Text mb="sm">{statusSentence(fn)}</Text>
      <KeyValue
        items={[
          ['Description', fn.description === '' ? null : fn.description],
          ['Runtime', runtimeText(fn)],
          [
            'Version',
            version.data === undefined ? null : version.data === null ? (
              'None yet'
            ) : (
              <>
                <TabLink tab="versions">{version.data.number}</TabLink>,{' '}
                <RelativeTime time={version.data.created_at} />
              </>
            ),
          ],
          ['Newest build', buildText(fn)],
          ['Instances now', `${ready} ready${total > ready ? `, ${total - ready} starting` : ''}`],
          ['Scaling', `${least} to ${most} instances of ${fn.flavor}`],
          [
            'Triggers',
            triggers.data === undefined ? null : (
              <TabLink key="triggers" tab="triggers">
                {triggers.data}
              </TabLink>
            ),
          ],
          [
            'Last failure',
            fn.last_failure === null ? null : (
              <>
                {fn.last_failure.message} (<RelativeTime time={fn.last_failure.at} />)
              </>
            ),
          ],
          ['Created', <TimeText key="created" time={fn.created_at} />],
          ['Changed', <TimeText key="changed" time={fn.updated_at} />],
        ]}
      />
    </Card>
  )
}

function TabLink({ tab, children }: { readonly tab: FunctionTab; readonly children: ReactNode }) {
  const scope = useScope()
  const name = useFunctionName()
  return (
    <Anchor component={Link} to={places.fn(scope, name, tab)} fz="inherit" underline="always">
      {children}
    </Anchor>
  )
}

function statusSentence(fn: FunctionSerializer): string {
  switch (fn.status) {
    case 'disabled':
      return 'It is disabled: every call is answered 503.'
    case 'building':
      return 'Its first version is being built; until it is there, calls are answered 503.'
    case 'failed':
      return 'No version could be built yet: calls are answered 503. The build says why.'
    case 'running':
      return 'It serves.'
    default:
      return 'It serves. No instance runs at the moment: the next call starts one.'
  }
}

function runtimeText({ runtime, runtime_version: runsOn }: FunctionSerializer): string {
  return runsOn === '' || runsOn === runtime ? runtime : `${runtime} (runs on ${runsOn})`
}

function buildText({ build_status: status, build_message: message }: FunctionSerializer) {
  if (status === 'succeeded') return 'Succeeded'
  if (status === 'failed') {
    return (
      <>
        <Text span c="red" fz="inherit">
          Failed
        </Text>
        {message === '' ? '' : `: ${message.split('\n')[0]} `} <TabLink tab="code">Code</TabLink>
      </>
    )
  }
  return 'Under way'
}

function HowToCall({ fn }: { readonly fn: FunctionSerializer }) {
  const wantsKey = fn.enable_api_key === true
  const command = wantsKey
    ? `curl -H 'X-API-Key: <your key>' '${fn.endpoint}'`
    : `curl '${fn.endpoint}'`
  return (
    <Card>
      <Title order={2} size="h5" mb="xs">
        How to call it
      </Title>
      <Text size="sm" mb="xs">
        {wantsKey
          ? 'Who calls sends an API key that opens it.'
          : 'Anybody may call it: it asks for no key.'}
      </Text>
      <Group gap={4} wrap="nowrap" align="flex-start">
        <Code block style={{ flex: 1, whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
          {command}
        </Code>
        <CopyButton value={command} label="Copy the command" />
      </Group>
      <Text size="sm" mt="xs">
        <TabLink tab="test">Try it here</TabLink>
      </Text>
    </Card>
  )
}

function LastHour({ wantsKey }: { readonly wantsKey: boolean }) {
  const scope = useScope()
  const name = useFunctionName()
  const metrics = useQuery(metricsQuery(scope, name, rangeOf('1h')))
  return (
    <Card>
      {metrics.data !== undefined && (
        <UsageChart
          title="The last hour"
          report={metrics.data.usage}
          wantsKey={wantsKey}
          height={180}
        />
      )}
      {metrics.data === undefined && metrics.error !== null && (
        <ErrorNote error={metrics.error} onRetry={() => void metrics.refetch()} />
      )}
      {metrics.isPending && metrics.error === null && <LoadingRows rows={4} />}
      <Text size="sm" mt="xs">
        <TabLink tab="metrics">All metrics</TabLink>
      </Text>
    </Card>
  )
}

function NewestErrors() {
  const scope = useScope()
  const name = useFunctionName()
  const errors = useQuery(newestErrorsQuery(scope, name))
  return (
    <Card>
      <Title order={2} size="h5" mb="xs">
        Newest errors
      </Title>
      {errors.isPending && errors.error === null && <LoadingRows rows={3} />}
      {errors.error !== null && (
        <ErrorNote error={errors.error} onRetry={() => void errors.refetch()} />
      )}
      {errors.data?.length === 0 && (
        <Text size="sm" c="dimmed">
          Nothing was written to the standard error of late.
        </Text>
      )}
      <Stack gap="sm" component="ul" m={0} p={0} style={{ listStyle: 'none' }}>
        {errors.data?.map(({ id, time, lines }) => (
          <li key={id}>
            <Text size="xs" c="dimmed" mb={4}>
              <RelativeTime time={time} />
            </Text>
            <Code block style={{ overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }}>
              {lines.slice(0, LINES_SHOWN).join('\n')}
              {lines.length > LINES_SHOWN && `\n… ${lines.length - LINES_SHOWN} more lines`}
            </Code>
          </li>
        ))}
      </Stack>
      <Text size="sm" mt="xs">
        <TabLink tab="logs">All logs</TabLink>
      </Text>
    </Card>
  )
}
