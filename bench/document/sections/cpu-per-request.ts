import type { SummaryRow } from '../../measurement.ts'
import {
  type CpuPerRequest,
  type CpuRound,
  ratios,
  type StackRounds,
  totalUs,
} from '../../measures/cpu-per-request.ts'
import { FASTIFY, NGINX } from '../../servers/compared-stacks.ts'
import { spreadOf } from '../../tools/statistics.ts'
import { figure, spread, table, whole } from '../markdown.ts'

export function cpuPerRequestText({ seconds, connections, stacks }: CpuPerRequest): string {
  const [latchkey, ...peers] = stacks
  const rounds = latchkey!.rounds.length
  return `Each stack lets a caller with the right key through to a function that answers "Hello, world!", and
answers 401 to a caller without a key. All servers are bound to one core, \`wrk -t1 -c${connections}\` to
another. ${rounds} rounds of ${seconds} s, the stacks in turn within each round, each round beginning with another
one. Processor time is what the system counted for every process of the stack, user and kernel, divided
by the requests that wrk counted.

- **Latchkey, everything on**: access log to a file, metrics, usage and last use of keys. Supervisor, control
  role and data role count as the proxy, the instance as the function. SHA-256 of the key, expiry, grant,
  request id, log level \`info\`. **Latchkey** alone is as it is by default.
- **nginx**: one worker, a \`map\` of keys in plain text, connections to the function kept; no hash, no
  expiry, no request id, no metrics, no usage. It does less than Latchkey does. **With its log**: an access
  log of JSON lines to a file, a request id in each, buffered.
- **HAProxy**: one thread, SHA-256 and a map of digests; otherwise as nginx, without a log.
- **Fastify with better-auth**: \`@fastify/http-proxy\` (undici, connections kept) after \`verifyApiKey\` of
  better-auth's api-key plugin on SQLite (\`better-sqlite3\`, write-ahead log, \`synchronous = NORMAL\`),
  \`NODE_ENV=production\`, no log. Rate limiting is off, because it would refuse the load. The plugin
  reads the key's row and writes it on each request.
- The peers' function is Node's own HTTP server on a unix socket, on the same Node as Latchkey's.

Every table has one key. Processor time in µs per request:

${cpuTable(stacks)}

Processor time of a peer, function included, divided by that of ${latchkey!.name} in the same round;
above 1 the peer used more, below 1 Latchkey did:

${ratioTable(peers, latchkey!)}

What one core gave, and how long an answer took while it was full. With ${connections} requests always waiting,
latency is the length of the queue and not the speed of one request (see the two sections on latency for that):

${saturationTable(stacks)}

"Others on the core" is time of the servers' core that neither they nor idleness used: other programs,
the hypervisor, interrupts. Above a few per cent, requests/s and latencies say more about them.`
}

export function cpuPerRequestRows({ stacks }: CpuPerRequest): SummaryRow[] {
  const [latchkey, ...peers] = stacks
  const goals = {
    [NGINX]: 'processor time, nginx / Latchkey',
    [FASTIFY]: 'processor time, Fastify / Latchkey',
  } as const
  return [
    ...stacks.map(({ name, rounds }) => ({
      what: `Processor time per request, ${name}, with its function`,
      result: `${spread(rounds.map(totalUs))} µs`,
    })),
    ...peers.flatMap((peer): SummaryRow[] => {
      const goal = goals[peer.name as keyof typeof goals]
      if (goal === undefined) return []
      const values = ratios(peer, latchkey!)
      return [
        {
          what: `Processor time, ${peer.name} / ${latchkey!.name}`,
          result: spread(values),
          goal: { name: goal, values },
        },
      ]
    }),
  ]
}

export function cpuTable(stacks: readonly StackRounds[]): string {
  return table(
    ['stack', 'proxy', 'function', 'both'],
    stacks.map(({ name, rounds }) => [
      name,
      spread(rounds.map((round) => round.proxyUs)),
      spread(rounds.map((round) => round.functionUs)),
      spread(rounds.map(totalUs)),
    ]),
  )
}

function ratioTable(above: readonly StackRounds[], below: StackRounds): string {
  return table(
    ['ratio', 'median', 'each round'],
    above.map((stack) => {
      const each = ratios(stack, below)
      return [
        `${stack.name} / ${below.name}`,
        figure(spreadOf(each).median),
        each.map(figure).join(', '),
      ]
    }),
  )
}

function saturationTable(stacks: readonly StackRounds[]): string {
  return table(
    ['stack', 'requests/s', 'p50 µs', 'p99 µs', 'others on the core'],
    stacks.map(({ name, rounds }) => [
      name,
      whole(medianOf(rounds, (round) => round.requestsPerSecond)),
      whole(medianOf(rounds, (round) => round.p50Us)),
      whole(medianOf(rounds, (round) => round.p99Us)),
      `${whole(100 * medianOf(rounds, (round) => round.disturbance))} %`,
    ]),
  )
}

function medianOf(rounds: readonly CpuRound[], of: (round: CpuRound) => number): number {
  return spreadOf(rounds.map(of)).median
}
