import { SegmentedControl, Skeleton } from '@mantine/core'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import type { UsageStepChoices } from '../../../src/client/types.ts'
import { api } from '../app/api.ts'
import { useScope } from '../app/scope.ts'
import { UsageChart } from '../ui/charts/usage-chart.tsx'
import { useListParams } from '../ui/list-params.ts'
import { ErrorNote } from '../ui/states.tsx'
import { KeySection } from './key-section.tsx'

/** Without bounds the server tells the last hour of minutes, day of hours and 30 days. */
const RANGES: readonly { readonly value: UsageStepChoices; readonly label: string }[] = [
  { value: 'minute', label: '1 h' },
  { value: 'hour', label: '24 h' },
  { value: 'day', label: '30 d' },
]
const CHART_HEIGHT = 220
const AGAIN_MS = 15_000

/** Requests with the key, by verdict. */
export function KeyUsage({ name }: { readonly name: string }) {
  const scope = useScope()
  const params = useListParams()
  const step = RANGES.find(({ value }) => value === params.get('usage'))?.value ?? 'hour'
  const usage = useQuery({
    queryKey: ['keys', scope, 'usage', name, step],
    queryFn: () => api.keys.usage(scope, name, { step }),
    placeholderData: keepPreviousData,
    refetchInterval: AGAIN_MS,
  })
  return (
    <KeySection
      title="Usage"
      beside={
        <SegmentedControl
          size="xs"
          aria-label="Time shown"
          data={[...RANGES]}
          value={step}
          onChange={(value) => params.set({ usage: value === 'hour' ? undefined : value })}
        />
      }
    >
      {usage.data !== undefined && (
        <UsageChart report={usage.data} order={3} height={CHART_HEIGHT} />
      )}
      {usage.data === undefined && usage.isError && (
        <ErrorNote error={usage.error} onRetry={() => void usage.refetch()} />
      )}
      {usage.isPending && <Skeleton height={CHART_HEIGHT} />}
    </KeySection>
  )
}
