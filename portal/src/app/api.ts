import { createClient } from '../../../src/client/client.ts'

/** The REST API of the server that this page came from; the cookie of the session says who asks. */
export const api = createClient({ baseUrl: window.location.origin })
