import { Code, Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useFunctionName, useScope } from '../app/scope.ts'
import { UsageChart } from '../ui/charts/usage-chart.tsx'
import { ErrorNote, LoadingRows } from '../ui/states.tsx'
import { RelativeTime } from '../ui/time-text.tsx'
import { metricsQuery, rangeOf } from './metrics-query.ts'
import { OverviewCard, TabLink } from './overview-card.tsx'
import { newestErrorsQuery } from './overview-query.ts'

const LINES_SHOWN = 4

export function LastHour({ wantsKey }: { readonly wantsKey: boolean }) {
  const scope = useScope()
  const name = useFunctionName()
  const metrics = useQuery(metricsQuery(scope, name, rangeOf('1h')))
  return (
    <OverviewCard>
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
    </OverviewCard>
  )
}

export function NewestErrors() {
  const scope = useScope()
  const name = useFunctionName()
  const errors = useQuery(newestErrorsQuery(scope, name))
  return (
    <OverviewCard>
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
    </OverviewCard>
  )
}
