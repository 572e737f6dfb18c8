import type { Deployed } from '../domain/function.ts'
import type { SealedEnvs } from '../domain/secret-envs.ts'
import { fromJson } from './columns.ts'
import type { Db } from './dialect.ts'
import { sealedWebhookSecrets } from './webhooks.ts'

/** Every sealed text that functions, namespaces and webhooks have, and that is deployed. */
export async function sealedTexts(db: Db): Promise<string[]> {
  const functions = await db
    .selectFrom('functions')
    .select(['secret_envs', 'deployed'])
    .where((eb) => eb.or([eb('secret_envs', '!=', '{}'), eb('deployed', 'like', '%"sealedEnvs"%')]))
    .execute()
  const namespaces = await db
    .selectFrom('namespaces')
    .select('secret_envs')
    .where('secret_envs', '!=', '{}')
    .execute()
  const kept = [...functions, ...namespaces].map((row) => fromJson<SealedEnvs>(row.secret_envs))
  const deployed = functions.map((row) => deployedOf(row.deployed))
  const envs = [...kept, ...deployed].flatMap((sealed) => Object.values(sealed))
  return [...new Set([...envs, ...(await sealedWebhookSecrets(db))])]
}

function deployedOf(json: string | null): SealedEnvs {
  return (json === null ? undefined : fromJson<Deployed>(json).sealedEnvs) ?? {}
}
