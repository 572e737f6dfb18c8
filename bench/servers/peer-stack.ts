import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { mintKeySecret } from '../../src/domain/key-secret.ts'
import { familyOf } from '../tools/processes.ts'
import { freePorts, type Running, type Scratch } from '../tools/scratch.ts'
import { untilAnswered } from '../tools/until-answered.ts'
import type { Part, Stack } from './stack.ts'

const FUNCTION_FILE = fileURLToPath(new URL('./hello-http.ts', import.meta.url))

/** What differs between the proxies. */
export interface Peer {
  readonly name: string
  plan(facts: PeerFacts): PeerPlan | Promise<PeerPlan>
}

export interface PeerPlan {
  /** To be written to the folder. */
  readonly files: Readonly<Record<string, string>>
  /** Runs the proxy in the foreground. */
  readonly command: readonly string[]
  readonly env?: NodeJS.ProcessEnv
  /** Instead of the secret that was offered, where the peer makes its keys itself. */
  readonly secret?: string
}

export interface PeerFacts {
  readonly folder: string
  readonly port: number
  /** The unix socket of the function. */
  readonly functionSocket: string
  readonly secret: string
}

/** A proxy that checks the key, in front of a Node http function on a unix socket, on one core. */
export async function startPeerStack(scratch: Scratch, peer: Peer, core: number): Promise<Stack> {
  const folder = scratch.newFolder('peer')
  const functionSocket = join(folder, 'f.sock')
  const [port] = await freePorts(1)
  const offered = mintKeySecret()
  const facts = { folder, port: port!, functionSocket, secret: offered }
  const { files, command, env = process.env, secret = offered } = await peer.plan(facts)
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(join(folder, name), text, { mode: 0o600 })
  }
  const fn = startHttpFunction(scratch, functionSocket, core)
  const proxy = scratch.start(command, { core, env })
  const url = `http://127.0.0.1:${port}/`
  await untilAnswered(url, 200, proxy, { headers: { 'x-api-key': secret } })
  return {
    name: peer.name,
    url,
    secret,
    processes: () => new Map([...parts(proxy, 'proxy'), ...parts(fn, 'function')]),
    stop: async () => {
      await proxy.stop()
      await fn.stop()
    },
  }
}

/** @param where a port of the loopback interface, or the path of a unix socket */
export function startHttpFunction(scratch: Scratch, where: string, core?: number): Running {
  return scratch.start([process.execPath, FUNCTION_FILE, where], { core })
}

function parts(running: Running, part: Part): [number, Part][] {
  return familyOf(running.pid).map((pid) => [pid, part])
}
