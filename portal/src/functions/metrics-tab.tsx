import { Button, Group, SegmentedControl, SimpleGrid, Stack, VisuallyHidden } from '@mantine/core'
import { IconRefresh } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useFunctionName, useScope } from '../app/scope.ts'
import { BarChart } from '../ui/charts/bar-chart.tsx'
import { LineChart } from '../ui/charts/line-chart.tsx'
import { durationText, plainNumber } from '../ui/charts/scale.ts'
import { UsageChart } from '../ui/charts/usage-chart.tsx'
import {
  coldStartChart,
  instancesChart,
  latencyChart,
  statusChart,
} from '../ui/charts/usage-series.ts'
import { useListParams } from '../ui/list-params.ts'
import { ErrorNote, LoadingRows } from '../ui/states.tsx'
import { useFunction } from './function-query.ts'
import { METRICS_RANGES, type Metrics, metricsQuery, rangeOf } from './metrics-query.ts'

/** What the function did over the last hour, day or week. */
export function Component() {
  const scope = useScope()
  const name = useFunctionName()
  const { fn } = useFunction()
  const params = useListParams()
  const range = rangeOf(params.get('range'))
  const metrics = useQuery(metricsQuery(scope, name, range))
  return (
    <Stack gap="lg">
      <Group justify="space-between">
        <SegmentedControl
          aria-label="Range"
          data={METRICS_RANGES.map(({ id, label }) => ({ value: id, label }))}
          value={range.id}
          onChange={(id) => params.set({ range: id === '1h' ? '' : id })}
        />
        <Button
          variant="default"
          leftSection={<IconRefresh size={16} aria-hidden />}
          loading={metrics.isFetching && !metrics.isPending}
          onClick={() => void metrics.refetch()}
        >
          Refresh
        </Button>
      </Group>
      <VisuallyHidden role="status">
        {metrics.data !== undefined && !metrics.isPlaceholderData && `Metrics of ${range.label}`}
      </VisuallyHidden>
      {metrics.error !== null && (
        <ErrorNote error={metrics.error} onRetry={() => void metrics.refetch()} />
      )}
      {metrics.isPending && metrics.error === null && <LoadingRows />}
      {metrics.data !== undefined && (
        <Charts {...metrics.data} wantsKey={fn.enable_api_key === true} />
      )}
    </Stack>
  )
}

function Charts({ usage, instances, wantsKey }: Metrics & { readonly wantsKey: boolean }) {
  return (
    <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="xl" verticalSpacing="xl">
      <UsageChart title="Requests by verdict" report={usage} wantsKey={wantsKey} />
      <BarChart title="Answers by status" {...statusChart(usage)} format={plainNumber} />
      <LineChart
        title="Latency"
        {...latencyChart(usage)}
        format={durationText}
        axisFormat={durationText}
        isWhole={false}
      />
      <LineChart
        title="Instances"
        {...instancesChart(instances)}
        format={plainNumber}
        shape="step"
      />
      <BarChart title="Cold starts" {...coldStartChart(usage)} format={plainNumber} />
    </SimpleGrid>
  )
}
