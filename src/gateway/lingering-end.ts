import type { Duplex } from 'node:stream'

/** How long a caller may go on sending after the last word to it. */
const LINGER_MS = 2000

const ending = new WeakSet<Duplex>()

/** Whether the last word has been said: what else comes from there means nothing any more. */
export function isEnding(socket: Duplex): boolean {
  return ending.has(socket)
}

/**
 * Says the last word, if there is one, and ends the connection when the caller has ended it too, or
 * has had its time. A socket that is closed while bytes arrive is reset, and the reset can overtake what was
 * written before. Whatever still comes is read and thrown away; no parser sees it.
 */
export function endLingering(socket: Duplex, lastWord?: string): void {
  if (ending.has(socket)) return
  ending.add(socket)
  socket.on('error', () => {
    // The caller has gone before it read the last word: there is nobody to tell.
  })
  socket.removeAllListeners('data')
  socket.on('data', () => {})
  socket.resume()
  const timer = setTimeout(() => socket.destroy(), LINGER_MS)
  socket.once('close', () => clearTimeout(timer))
  if (lastWord === undefined) socket.end()
  else socket.end(lastWord, 'latin1')
}
