import { Group, Text } from '@mantine/core'
import type { FunctionSummarySerializer } from '../../../src/client/types.ts'
import { durationText, plainNumber, shortNumber } from '../ui/charts/scale.ts'
import { COLORS } from '../ui/charts/series.ts'
import { Sparkline } from '../ui/charts/sparkline.tsx'

interface Props {
  readonly usage: FunctionSummarySerializer['usage']
}

export function Requests({ usage }: Props) {
  const values = usage.series.map(({ requests }) => requests)
  return (
    <Drawn text={shortNumber(usage.requests)} textWidth={40} isNothing={usage.requests === 0}>
      <Sparkline values={values} label={drawnLabel('requests', values)} />
    </Drawn>
  )
}

export function Errors({ usage }: Props) {
  const { errors, requests } = usage
  const values = usage.series.map((step) => step.errors)
  const part = errors === 0 ? '0' : `${shortNumber(errors)} (${percent(errors / requests)})`
  return (
    <Drawn text={part} textWidth={68} isNothing={errors === 0}>
      <Sparkline values={values} color={COLORS.red} label={drawnLabel('errors', values)} />
    </Drawn>
  )
}

export function Latency({ usage }: Props) {
  const values = usage.series.map(({ p95 }) => p95)
  const slowest = Math.max(0, ...values.map((p95) => p95 ?? 0))
  return (
    <Drawn text={durationText(usage.p95)} textWidth={48} isNothing={usage.p95 === null}>
      <Sparkline
        shape="line"
        values={values}
        label={`p95 by five minutes, at most ${durationText(slowest)}`}
      />
    </Drawn>
  )
}

/** What would be an empty drawing is left out. */
function Drawn(props: {
  readonly text: string
  /** At least so wide, that the drawings stand below each other. */
  readonly textWidth: number
  readonly isNothing: boolean
  readonly children: React.ReactNode
}) {
  if (props.isNothing) {
    return (
      <Text c="dimmed" fz="inherit">
        {props.text}
      </Text>
    )
  }
  return (
    <Group gap={8} wrap="nowrap" display="inline-flex" style={{ verticalAlign: 'middle' }}>
      {props.children}
      <Text
        fz="inherit"
        miw={props.textWidth}
        style={{ whiteSpace: 'nowrap', fontVariantNumeric: 'tabular-nums' }}
      >
        {props.text}
      </Text>
    </Group>
  )
}

function drawnLabel(what: string, values: readonly number[]): string {
  return `${what} by five minutes, at most ${plainNumber(Math.max(0, ...values))}`
}

function percent(part: number): string {
  return `${part < 0.01 ? '<1' : Math.round(part * 100)} %`
}
