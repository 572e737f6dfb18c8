/** The peers' function: Node's own HTTP server on the socket or port of the first argument. */
import { createServer } from 'node:http'
import { HELLO } from './hello.ts'

const HEAD = [
  'content-type',
  'text/plain; charset=utf-8',
  'content-length',
  String(Buffer.byteLength(HELLO)),
]

const server = createServer((_request, response) => {
  response.writeHead(200, HEAD)
  response.end(HELLO)
})
// The proxies keep their connections; a closed one would cost them a retry.
server.keepAliveTimeout = 0
const where = process.argv[2]!
if (/^\d+$/.test(where)) server.listen(Number(where), '127.0.0.1')
else server.listen(where)
process.on('SIGTERM', () => process.exit(0))
