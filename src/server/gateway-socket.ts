import { lookup } from 'node:dns/promises'
import { closeSync, fstatSync, openSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { devNull } from 'node:os'

/**
 * The socket on which callers connect is the standard input of the supervisor and of the data role, as
 * inetd has handed sockets to its servers since long ago. The supervisor opens it once: callers who
 * connect while the data role is started again wait in its queue instead of being refused. And it has
 * a number that Node's event loop never closes (0 to 2), so that gateway threads can come and go on it.
 */
export const GATEWAY_SOCKET = 0

const BACKLOG = 1024

/** Takes the place of this process's standard input. Resolves with the port, or with the system's error. */
export async function openGatewaySocket(
  host: string,
  port: number,
): Promise<number | NodeJS.ErrnoException> {
  // Once with another number: what Node opens for names and for its first server must not take the
  // place of ours.
  const tried = await listen(host, port)
  if (typeof tried !== 'number') return tried
  const { address } = await lookup(host)
  closeSync(GATEWAY_SOCKET)
  const opened = await listen(address, tried)
  if (typeof opened !== 'number' || fstatSync(GATEWAY_SOCKET).isSocket()) return opened
  throw new Error('standard input could not become the socket for callers')
}

/** This process's share of it: connections are refused when the last process has closed its own. */
export function closeGatewaySocket(): void {
  closeSync(GATEWAY_SOCKET)
  // Else the next file that is opened would have a number that Node does not close.
  openSync(devNull, 'r')
}

/** Leaves the socket open where it has the number of a standard stream. */
async function listen(host: string, port: number): Promise<number | NodeJS.ErrnoException> {
  const server = createServer()
  const outcome = await new Promise<number | NodeJS.ErrnoException>((resolve) => {
    server.once('error', resolve)
    server.listen({ host, port, exclusive: true, backlog: BACKLOG }, () =>
      resolve((server.address() as AddressInfo).port),
    )
  })
  if (typeof outcome === 'number') await new Promise((resolve) => server.close(resolve))
  return outcome
}
