import type { SummaryRow } from '../../measurement.ts'
import type { LatencyRound, WarmLatency } from '../../measures/warm-latency.ts'
import { spreadOf } from '../../tools/statistics.ts'
import { figure, spread, table, whole } from '../markdown.ts'

export function warmLatencyText({ requests, latchkey, bareHttp }: WarmLatency): string {
  const row = (name: string, rounds: readonly LatencyRound[]) => [
    name,
    spread(rounds.map((round) => round.p50Us)),
    spread(rounds.map((round) => round.p99Us)),
  ]
  return `One caller, one connection that stays open, one request after the other: ${latchkey.length} rounds of ${whole(requests)}
requests, after one to warm up. The time runs from the call to the answer's last byte and includes the
caller, a Node HTTP client. In turns with it, the same caller and a Node HTTP server with nothing
between them: the difference is what key, gateway and instance add. Nothing is bound to a core.

${table(
  ['', 'p50 µs', 'p99 µs'],
  [row('Latchkey, key checked', latchkey), row('Node HTTP server alone', bareHttp)],
)}`
}

export function warmLatencyRows({ latchkey }: WarmLatency): SummaryRow[] {
  const p50Us = spreadOf(latchkey.map((round) => round.p50Us)).median
  const p99Us = spreadOf(latchkey.map((round) => round.p99Us)).median
  return [
    {
      what: 'Warm latency, one caller',
      result: `p50 ${figure(p50Us)} µs, p99 ${figure(p99Us)} µs`,
    },
  ]
}
