/** How long to wait before try number `attempt` (0 is the first retry): doubling, capped, with jitter. */
export function backoffMs(
  attempt: number,
  bounds: { firstMs: number; longestMs: number },
  random: () => number = Math.random,
): number {
  const ceiling = Math.min(bounds.longestMs, bounds.firstMs * 2 ** Math.min(attempt, 30))
  return Math.round(ceiling * (0.5 + random() / 2))
}
