import type { LogQuery } from '../../../src/client/functions.ts'
import type { ListParams } from '../ui/list-params.ts'

/** What the address of the page may narrow the lines by. */
export const FILTERS = ['search', 'stream', 'since', 'instance', 'version', 'request_id'] as const

/** What the server looks for; the text and the version are looked for here. */
export function logQueryOf(params: ListParams, limit: number): LogQuery {
  const stream = (['stdout', 'stderr', 'system'] as const).find(
    (one) => one === params.get('stream'),
  )
  return {
    limit,
    since: params.get('since') || undefined,
    request_id: params.get('request_id') || undefined,
    instance: params.get('instance') || undefined,
    stream,
  }
}
