import { hostname } from 'node:os'
import { createClient } from '../../client/client.ts'
import { ApiError } from '../../client/errors.ts'
import { tokenForPassword } from '../../client/sign-in.ts'
import { parseToken, TOKEN_PATTERN } from '../../domain/token.ts'
import { credentialsPath, writeToken } from '../credentials.ts'
import { Failure, usage } from '../failure.ts'
import { note } from '../output.ts'
import { readPassword, readSecret } from '../prompt.ts'
import { DEFAULT_URL, isExposed, normalizeUrl } from '../server-url.ts'
import { expiresText } from '../user/words.ts'

interface LoginFlags {
  readonly email?: string
  readonly expires: string
}

export async function login(urlArgument: string | undefined, flags: LoginFlags): Promise<void> {
  const url = normalizeUrl(urlArgument ?? (process.env.LATCHKEY_URL || DEFAULT_URL))
  if (isExposed(url)) {
    note(`Warning: ${url} is not encrypted; what you log in with can be read on its way.`)
  }
  if (flags.email === undefined) return await logInWithToken(url)
  await logInAsPerson(url, flags.email, flags.expires)
}

async function logInWithToken(url: string): Promise<void> {
  const token = await readSecret(`API token for ${url}: `)
  if (parseToken(token) === undefined) {
    throw usage(
      `That is no API token: it must have the form ${TOKEN_PATTERN}.`,
      'The first `latchkey serve` prints one, and `latchkey token create` makes more.',
    )
  }
  await verify(url, token)
  keep(url, token)
}

/** The password is not kept: a token is made for this machine. */
async function logInAsPerson(url: string, email: string, expires: string): Promise<void> {
  const expire = expiresText(expires)
  const password = await readPassword(`Password of ${email} for ${url}: `)
  const name = `${hostname()} ${new Date().toISOString()}`.slice(-100)
  const description = 'Made by `latchkey login`.'
  const wanted = { baseUrl: url, email, password, token: { name, description, expire } }
  const made = await tokenForPassword(wanted).catch((error) => {
    if (!(error instanceof ApiError) || error.status !== 401) throw error
    throw new Failure('unauthorized', error.message, 'Nothing was changed; try again.')
  })
  keep(url, made.token)
  note(`It expires: ${made.expire ?? 'never'}.`)
}

function keep(url: string, token: string): void {
  writeToken(url, token)
  note(`Logged in to ${url}. The token is in ${credentialsPath()}.`)
}

async function verify(url: string, token: string): Promise<void> {
  try {
    await createClient({ baseUrl: url, token }).projects.list({ limit: 1 })
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 401) throw error
    throw new Failure(
      'unauthorized',
      `${url} does not know this token.`,
      'Check that it is whole and belongs to this server. Nothing was changed.',
    )
  }
}
