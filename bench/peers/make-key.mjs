/** Makes the database in the folder of the first argument, a user and a key; prints the key. */
import { getMigrations } from 'better-auth/db/migration'
import { createAuth } from './auth.mjs'

const auth = createAuth(process.argv[2])
const { runMigrations } = await getMigrations(auth.options)
await runMigrations()
const { internalAdapter } = await auth.$context
const user = await internalAdapter.createUser({ name: 'bench', email: 'bench@example.org' })
const { key } = await auth.api.createApiKey({ body: { name: 'bench', userId: user.id } })
process.stdout.write(key)
