/** Below SQLite's bound on the parameters of one statement. */
const IDS_PER_QUERY = 10_000

export function* inChunks(ids: readonly string[]): Generator<readonly string[]> {
  for (let start = 0; start < ids.length; start += IDS_PER_QUERY) {
    yield ids.slice(start, start + IDS_PER_QUERY)
  }
}
