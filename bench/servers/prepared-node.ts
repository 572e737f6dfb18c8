import { randomUUID } from 'node:crypto'
import { keySecretDigest, mintKeySecret } from '../../src/domain/key-secret.ts'
import type { KeyEntry } from '../../src/domain/routes.ts'
import { Replica } from '../../src/feed/replica.ts'
import { dataPaths } from '../../src/server/paths.ts'
import type { Site } from './latchkey.ts'

/**
 * Gives the node's own copy more keys than control has, at the revision that it has: the node starts from it
 * and is sent nothing. For sizes that the database would take minutes for. Only while no server runs on the
 * data directory. Returns the secrets of `sampled` of the keys, from all over the table.
 */
export async function addKeysToNode(
  site: Site,
  count: number,
  sampled: number,
  functionName: string,
): Promise<string[]> {
  const replica = new Replica(dataPaths(site.dataDir).node, (error) => {
    throw error
  })
  if (!replica.load()) throw new Error('the node has no copy yet')
  const { revision, routes, keys } = replica.state()
  const route = routes.find(({ name }) => name === functionName)
  if (route === undefined) throw new Error(`the node has no function ${functionName}`)
  const every = Math.max(1, Math.floor(count / sampled))
  const secrets: string[] = []
  for (let number = 0; number < count; number++) {
    const secret = mintKeySecret()
    if (number % every === 0 && secrets.length < sampled) secrets.push(secret)
    keys.put(keyEntry(`customer-${number}`, secret, route.functionId))
  }
  await replica.replace({ revision, routes, keys })
  await replica.close()
  return secrets
}

/** As the feed carries it. */
export function keyEntry(name: string, secret: string, functionId: string): KeyEntry {
  return {
    keyId: randomUUID(),
    projectId: 1,
    name,
    digest: keySecretDigest(secret),
    expireMs: null,
    functionIds: [functionId],
  }
}
