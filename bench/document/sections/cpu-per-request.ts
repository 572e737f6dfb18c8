import type { CpuPerRequest, CpuRound } from '../../measures/cpu-per-request.ts'
import { spreadOf } from '../../tools/statistics.ts'
import { figure, spread, table, whole } from '../markdown.ts'
import { ratios, totalUs } from '../summary.ts'

export function cpuPerRequestText({ seconds, connections, stacks }: CpuPerRequest): string {
  const [latchkey, ...peers] = stacks
  const rounds = latchkey!.rounds.length
  return `Each stack lets a caller with the right key through to a function that answers "Hello, world!", and
answers 401 to a caller without a key. All servers are bound to one core, \`wrk -t1 -c${connections}\` to
another. ${rounds} rounds of ${seconds} s, the stacks in turn within each round, each round beginning with another
one. Processor time is what the system counted for every process of the stack, user and kernel, divided
by the requests that wrk counted.

- **Latchkey** as it is by default: supervisor, control role and data role count as the proxy, the
  instance as the function. SHA-256 of the key, expiry, grant, request id, log level \`info\`.
- **nginx**: one worker, a \`map\` of keys in plain text, connections to the function kept; no hash, no
  expiry, no request id, no log. It does less than Latchkey does.
- **HAProxy**, where the machine has it: one thread, SHA-256 and a map of digests; otherwise as nginx.
- Both peers' function is Node's own HTTP server on a unix socket, on the same Node as Latchkey's.

Every table has one key. Processor time in µs per request:

${table(
  ['stack', 'proxy', 'function', 'both'],
  stacks.map(({ name, rounds }) => [
    name,
    spread(rounds.map((round) => round.proxyUs)),
    spread(rounds.map((round) => round.functionUs)),
    spread(rounds.map(totalUs)),
  ]),
)}

Processor time of a peer, function included, divided by Latchkey's of the same round; above 1 the peer
used more, below 1 Latchkey did:

${table(
  ['ratio', 'median', 'each round'],
  peers.map((peer) => {
    const each = ratios(peer.rounds, latchkey!.rounds)
    return [`${peer.name} / Latchkey`, figure(spreadOf(each).median), each.map(figure).join(', ')]
  }),
)}

What one core gave, and how long an answer took while it was full. With ${connections} requests always waiting,
latency is the length of the queue and not the speed of one request (see Warm latency for that):

${table(
  ['stack', 'requests/s', 'p50 µs', 'p99 µs', 'others on the core'],
  stacks.map(({ name, rounds }) => [
    name,
    whole(medianOf(rounds, (round) => round.requestsPerSecond)),
    whole(medianOf(rounds, (round) => round.p50Us)),
    whole(medianOf(rounds, (round) => round.p99Us)),
    `${whole(100 * medianOf(rounds, (round) => round.disturbance))} %`,
  ]),
)}

"Others on the core" is time of the servers' core that neither they nor idleness used: other programs,
the hypervisor, interrupts. Above a few per cent, requests/s and latencies say more about them.`
}

function medianOf(rounds: readonly CpuRound[], of: (round: CpuRound) => number): number {
  return spreadOf(rounds.map(of)).median
}
