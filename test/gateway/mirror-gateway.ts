import type { GatewayLimits } from '../../src/gateway/limits.ts'
import { GatewayUnderTest } from './harness.ts'

/** A gateway with limits of its own, a function that answers with its path, and one without an instance. */
export async function startMirror(limits: Partial<GatewayLimits>, count = 1) {
  const gateway = await GatewayUnderTest.start({ limits, count })
  const route = await gateway.addRoute()
  await gateway.startInstance(route, {
    'handler.js': 'module.exports.handler = ({ extensions: { request } }) => request.url',
  })
  const waiting = await gateway.addRoute()
  const ask = (path = '', to = route) => `GET /${to.label}${path} HTTP/1.1\r\nHost: h\r\n\r\n`
  return { gateway, ask, waiting, [Symbol.asyncDispose]: () => gateway[Symbol.asyncDispose]() }
}
