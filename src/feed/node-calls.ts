import type { IncomingMessage } from 'node:http'
import { json } from 'node:stream/consumers'
import type {
  AcceptOutcome,
  CallPage,
  CallQuery,
  CallState,
  CallView,
  NewCall,
} from '../domain/calls.ts'

/** The asynchronous calls of all data nodes, as control sees them. */
export interface NodeCalls {
  list(query: CallQuery): Promise<CallPage>
  find(id: string): Promise<CallView | undefined>
  /** A dead one is tried again. False when it is not dead. */
  retry(id: string): Promise<boolean>
  /** False when there is none. */
  remove(id: string): Promise<boolean>
  /** Gives a call to a node, unless one has it already under its id. */
  submit(
    call: NewCall & { readonly id: string },
  ): Promise<AcceptOutcome | { readonly kind: 'no-node' }>
}

/** The same of one node. */
export interface NodeCallAnswers {
  list(query: CallQuery): CallPage
  view(id: string): CallView | undefined
  retry(id: string): Promise<boolean>
  remove(id: string): Promise<boolean>
  accept(call: NewCall): Promise<AcceptOutcome>
}

/** A call on its way between the two. */
export type NewCallWire = Omit<NewCall, 'body'> & { readonly body: string | null }

export const CALLS_PATH = '/v1/calls'

export function newCallWire({ body, ...call }: NewCall): NewCallWire {
  return { ...call, body: body === null ? null : Buffer.from(body).toString('base64') }
}

/** What a node answers below `CALLS_PATH`; undefined for what it does not know. */
export async function answerCalls(
  request: IncomingMessage,
  url: URL,
  calls: NodeCallAnswers,
): Promise<unknown> {
  const id = url.searchParams.get('id') ?? ''
  switch (`${request.method} ${url.pathname}`) {
    case `GET ${CALLS_PATH}`:
      return calls.list(queryOf(url.searchParams))
    case `GET ${CALLS_PATH}/one`:
      return { view: calls.view(id) ?? null }
    case `POST ${CALLS_PATH}/retry`:
      return { done: await calls.retry(id) }
    case `POST ${CALLS_PATH}/remove`:
      return { done: await calls.remove(id) }
    case `POST ${CALLS_PATH}`: {
      const { body, ...call } = (await json(request)) as NewCallWire
      return await calls.accept({
        ...call,
        body: body === null ? null : Buffer.from(body, 'base64'),
      })
    }
    default:
      return undefined
  }
}

export function callParams({ functionId, state, limit, offset }: CallQuery): URLSearchParams {
  const params = { function: functionId, limit: String(limit), offset: String(offset) }
  return new URLSearchParams(state === undefined ? params : { ...params, state })
}

function queryOf(params: URLSearchParams): CallQuery {
  return {
    functionId: params.get('function') ?? '',
    state: (params.get('state') ?? undefined) as CallState | undefined,
    limit: Number(params.get('limit')),
    offset: Number(params.get('offset')),
  }
}
