import type { Bench } from '../measurement.ts'
import { findCommand } from '../tools/commands.ts'
import { ensurePeers } from '../tools/peers.ts'
import { everythingOn } from './everything-on.ts'
import { fastify } from './fastify.ts'
import { haproxy } from './haproxy.ts'
import { startLatchkeyStack } from './latchkey-stack.ts'
import { nginx } from './nginx.ts'
import { type Peer, startPeerStack } from './peer-stack.ts'
import type { Stack } from './stack.ts'

export const LATCHKEY = 'Latchkey, everything on'
export const NGINX = 'nginx with its log'
export const FASTIFY = 'Fastify with better-auth'

/**
 * Latchkey with everything on first, then what a user would pick instead, as far as the machine has it.
 * `variants` adds Latchkey as it is by default and nginx without a log.
 */
export async function startComparedStacks(
  bench: Bench,
  core: number,
  { variants }: { readonly variants: boolean },
): Promise<Stack[]> {
  const { scratch } = bench
  const settings = everythingOn(scratch.newFolder('log'))
  const stacks = [await startLatchkeyStack(scratch, core, { name: LATCHKEY, settings })]
  if (variants) stacks.push(await startLatchkeyStack(scratch, core))
  for (const peer of await findPeers(bench, variants)) {
    stacks.push(await startPeerStack(scratch, peer, core))
  }
  return stacks
}

async function findPeers({ say }: Bench, variants: boolean): Promise<Peer[]> {
  const peers: Peer[] = []
  const nginxCommand = findCommand('nginx')
  if (nginxCommand === undefined) say('skipped nginx: it is not on this machine')
  else {
    peers.push(nginx(nginxCommand, { accessLog: true }))
    if (variants) peers.push(nginx(nginxCommand))
  }
  const haproxyCommand = findCommand('haproxy')
  if (haproxyCommand === undefined) say('skipped HAProxy: it is not on this machine')
  else peers.push(haproxy(haproxyCommand))
  const absent = await ensurePeers(say)
  if (absent === undefined) peers.push(fastify())
  else say(`skipped ${FASTIFY}: ${absent}`)
  return peers
}
