import { connect, createServer } from 'node:net'
import { GatewayConnection } from './connection.mjs'
import { encodeFrame, encodeHeadPayload, FLAG_END, FRAME_TYPES } from './frames.mjs'
import { classicInvoke } from './invoke.mjs'
import { loadHandler } from './load.mjs'

const ENTRY = 'rehearsal-handler.cjs'

/**
 * Serves one request of its own, so that what the first real one needs is loaded and compiled by then.
 * Touches nothing but `socketPath`, which it leaves free again.
 */
export async function rehearse(socketPath) {
  const handler = await loadHandler(import.meta.dirname, ENTRY, 'handler')
  const invoke = classicInvoke(handler, {}, () => {})
  const server = createServer((socket) => {
    new GatewayConnection(socket, { onCall: invoke, onHello() {}, onIdle() {}, onClose() {} })
  })
  await new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(socketPath, resolve)
  })
  await answerOf(socketPath)
  server.close()
}

function answerOf(socketPath) {
  return new Promise((resolve) => {
    const caller = connect(socketPath)
    const head = encodeHeadPayload('GET\n/\nlatchkey-request-id\nrehearsal')
    caller.write(encodeFrame(FRAME_TYPES.HELLO, 0, 0, Buffer.alloc(8)))
    caller.write(encodeFrame(FRAME_TYPES.REQUEST, FLAG_END, 1, head))
    caller.once('data', () => caller.destroy())
    caller.on('error', () => {
      // 'close' follows; what was not rehearsed is done by the first request.
    })
    caller.once('close', resolve)
  })
}
