import { fileURLToPath } from 'node:url'
import { output } from '../tools/commands.ts'
import type { Peer } from './peer-stack.ts'

const PROXY_FILE = fileURLToPath(new URL('../peers/key-proxy.mjs', import.meta.url))
const MAKE_KEY_FILE = fileURLToPath(new URL('../peers/make-key.mjs', import.meta.url))

/**
 * What somebody would build from packages: Fastify, its proxy plugin, keys of better-auth in SQLite. The
 * key is hashed and read from the database, as well as written, on each request: so the plugin works.
 */
export function fastify(): Peer {
  const env = { ...process.env, NODE_ENV: 'production' }
  return {
    name: 'Fastify with better-auth',
    async plan({ folder, port, functionSocket }) {
      return {
        files: {},
        command: [process.execPath, PROXY_FILE, folder, String(port), functionSocket],
        env,
        secret: await output(process.execPath, [MAKE_KEY_FILE, folder], { env }),
      }
    },
  }
}
