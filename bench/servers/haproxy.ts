import { keySecretDigest } from '../../src/domain/key-secret.ts'
import type { Peer, PeerFacts } from './peer-stack.ts'

/** The key is hashed and its digest looked up, as Latchkey does; no expiry, no request id, no log. */
export function haproxy(command: string): Peer {
  return {
    name: 'HAProxy',
    plan: (facts) => ({
      files: {
        'haproxy.cfg': configuration(facts),
        // Its hex converter writes capitals.
        'keys.map': `${keySecretDigest(facts.secret).toUpperCase()} 1\n`,
      },
      command: [command, '-db', '-f', `${facts.folder}/haproxy.cfg`],
    }),
  }
}

function configuration({ folder, port, functionSocket }: PeerFacts): string {
  return `global
  nbthread 1
  maxconn 512
defaults
  mode http
  timeout connect 5s
  timeout client 60s
  timeout server 60s
  http-reuse always
frontend callers
  bind 127.0.0.1:${port}
  http-request set-var(txn.key) req.hdr(x-api-key),sha2(256),hex,map(${folder}/keys.map)
  http-request deny deny_status 401 unless { var(txn.key) -m found }
  http-request del-header x-api-key
  default_backend function
backend function
  server one unix@${functionSocket}
`
}
