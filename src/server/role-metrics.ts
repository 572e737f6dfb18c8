import { nextTurn } from '../lib/next-turn.ts'
import type { Logger } from '../observability/logger.ts'
import type { MetricPart } from '../observability/metric-parts.ts'
import { METRICS } from '../observability/metrics.ts'
import { processParts } from '../observability/process-metrics.ts'
import type { CollectMessage, RoleDeps, RoleName, RunningRole } from './role-messages.ts'

/** One message to the supervisor makes about so many lines: some milliseconds of work here and there. */
const LINES_A_MESSAGE = 2_000

/** Answers the supervisor whenever it asks for the role's numbers. */
export function answerCollects(
  name: RoleName,
  role: Pick<RunningRole, 'metrics'>,
  { tell, logger }: Pick<RoleDeps, 'tell'> & { readonly logger: Pick<Logger, 'error'> },
): void {
  process.on('message', (message: CollectMessage | { readonly type: string }) => {
    if (message.type !== 'collect') return
    const { ticket } = message as CollectMessage
    sendParts(name, role, (parts) => tell({ type: 'metrics', ticket, parts, state: 'more' })).then(
      () => tell({ type: 'metrics', ticket, parts: [], state: 'whole' }),
      (err) => {
        logger.error({ err }, 'the metrics could not be told')
        return tell({ type: 'metrics', ticket, parts: [], state: 'failed' })
      },
    )
  })
}

async function sendParts(
  name: RoleName,
  role: Pick<RunningRole, 'metrics'>,
  send: (parts: readonly MetricPart[]) => Promise<void>,
): Promise<void> {
  let parts: MetricPart[] = [...processParts(name)]
  let lines = 0
  for await (const part of role.metrics()) {
    parts.push(part)
    lines += part.samples.length * (METRICS[part.metric].bounds.length + 1)
    if (lines < LINES_A_MESSAGE) continue
    await send(parts)
    await nextTurn()
    parts = []
    lines = 0
  }
  await send(parts)
}
