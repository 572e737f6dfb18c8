import { reaches, roleOnAll } from '../domain/role.ts'
import { isExpired } from '../domain/token.ts'
import type { Db } from './dialect.ts'
import { countOwnersOfAll } from './members.ts'
import { listTokens } from './tokens.ts'

/** Whether somebody may do everything now: a person, or a token of nobody's. */
export async function hasOwner(db: Db, nowMs: number): Promise<boolean> {
  if ((await countOwnersOfAll(db)) > 0) return true
  return (await ownTokens(db)).some((token) => !isExpired(token, nowMs))
}

/** The same, for as long as nobody changes that. */
export async function hasLastingOwner(db: Db): Promise<boolean> {
  if ((await countOwnersOfAll(db)) > 0) return true
  return (await ownTokens(db)).some(({ expireMs }) => expireMs === null)
}

async function ownTokens(db: Db) {
  const tokens = await listTokens(db)
  return tokens.filter(({ userId, roles }) => userId === null && reaches(roleOnAll(roles), 'owner'))
}
