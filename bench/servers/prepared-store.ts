import { SYSTEM_ACTOR } from '../../src/domain/audit.ts'
import { endpointLabel } from '../../src/domain/endpoint-label.ts'
import type { FunctionEntity } from '../../src/domain/function.ts'
import { UNLIMITED } from '../../src/domain/key.ts'
import { keySecretDigest, keySecretHint, mintKeySecret } from '../../src/domain/key-secret.ts'
import { newId } from '../../src/lib/ids.ts'
import { dataPaths } from '../../src/server/paths.ts'
import { change } from '../../src/store/change.ts'
import { findFunction, insertFunction } from '../../src/store/functions.ts'
import { replaceGrantsOfKey } from '../../src/store/grants.ts'
import { insertKey } from '../../src/store/keys.ts'
import { findNamespace } from '../../src/store/namespaces.ts'
import { openStore, type Store } from '../../src/store/open.ts'
import { NAMESPACE, SCOPE, type Site } from './latchkey.ts'

/*
 * A database as large as years of use would make it, in seconds: the store's own functions, many entities
 * in a change. Only while no server runs on the data directory.
 */

const A_CHANGE = 5_000

export interface PreparedFunction {
  readonly id: string
  readonly path: string
}

export async function withStore<T>(site: Site, use: (store: Store) => Promise<T>): Promise<T> {
  const store = await openStore({ path: dataPaths(site.dataDir).database })
  try {
    return await use(store)
  } finally {
    await store.close()
  }
}

/** Functions like the deployed one named `like`, of the same artifact, kept at `minInstances`. */
export async function addFunctions(
  store: Store,
  like: string,
  count: number,
  minInstances = 0,
): Promise<PreparedFunction[]> {
  const namespace = await findNamespace(store.db, SCOPE, NAMESPACE)
  const template = await findFunction(store.db, SCOPE, { namespace: NAMESPACE, name: like })
  if (namespace === undefined || template === undefined) throw new Error(`${like} is not there`)
  const made = Array.from({ length: count }, (_, i) => ({
    ...likeThat(template, `${like}-${i}`),
    autoscaling: { ...template.autoscaling, minInstances },
  }))
  for (let begin = 0; begin < count; begin += A_CHANGE) {
    const some = made.slice(begin, begin + A_CHANGE)
    await change(store, { actor: SYSTEM_ACTOR }, async ({ trx, revision, touch, audit }) => {
      for (const fn of some) {
        await insertFunction(trx, namespace.id, fn, revision)
        touch('function', fn.id)
      }
      const { id: entityId, name: entityName } = some[0]!
      audit({ action: 'function.created', entityId, entityName, scope: SCOPE })
    })
  }
  return made.map(({ id, label }) => ({ id, path: `/${label}` }))
}

function likeThat(template: FunctionEntity, name: string): FunctionEntity {
  const label = endpointLabel(SCOPE, { namespace: NAMESPACE, name })
  return { ...template, id: newId(), name, label }
}

/** @param functionIdsOf the functions that the key of this number opens. Returns the secrets, in order. */
export async function addKeys(
  store: Store,
  count: number,
  functionIdsOf: (number: number) => readonly string[],
): Promise<string[]> {
  const secrets: string[] = []
  for (let begin = 0; begin < count; begin += A_CHANGE) {
    const end = Math.min(count, begin + A_CHANGE)
    await change(store, { actor: SYSTEM_ACTOR }, async ({ trx, revision, nowMs, touch, audit }) => {
      for (let number = begin; number < end; number++) {
        const secret = mintKeySecret()
        const key = keyNumber(number, secret, nowMs)
        await insertKey(trx, key, keySecretDigest(secret), revision)
        const functions = functionIdsOf(number).map((functionId) => ({ functionId, ...UNLIMITED }))
        await replaceGrantsOfKey(trx, key.id, { functions })
        touch('key', key.id)
        secrets.push(secret)
        if (number > begin) continue
        audit({ action: 'key.created', entityId: key.id, entityName: key.name, scope: SCOPE })
      }
    })
  }
  return secrets
}

function keyNumber(number: number, secret: string, nowMs: number) {
  return {
    id: newId(),
    ...SCOPE,
    name: `customer-${number}`,
    description: '',
    hint: keySecretHint(secret),
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
    expireMs: null,
  }
}
