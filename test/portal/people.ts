import type { Client } from '../../src/client/client.ts'
import type { RoleOnProjectSerializer } from '../../src/client/types.ts'

export const SCOPE = { projectId: 1, regionId: 1 }

export type RoleName = RoleOnProjectSerializer['role']

/** A token that may do so much on the project, to look at pages with. */
export async function tokenOf(
  api: Client,
  role: RoleName,
  projectId: number | null = 1,
): Promise<string> {
  const roles = [{ project_id: projectId, role }]
  const name = `${role} of ${projectId ?? 'all'}`
  // A repeated test finds what the first try has made.
  const known = (await api.tokens.list()).results.find((one) => one.name === name)
  if (known !== undefined) await api.tokens.delete(known.id)
  return (await api.tokens.create({ name, roles })).token
}
