import { createClient } from '../../../src/client/client.ts'
import { noteServerTime } from './server-clock.ts'
import { noteSessionEnd } from './session-state.ts'

/** The REST API of the server that this page came from; the cookie of the session says who asks. */
export const api = createClient({ baseUrl: window.location.origin, fetch: watchedFetch })

/** Whatever asks, a query, a change or a stream: an answer that says that nobody is logged in ends the session. */
async function watchedFetch(...args: Parameters<typeof fetch>): Promise<Response> {
  const response = await fetch(...args)
  noteServerTime(response.headers.get('date'))
  if (response.status === 401 && !response.url.endsWith('/iam/auth/login')) noteSessionEnd()
  return response
}
