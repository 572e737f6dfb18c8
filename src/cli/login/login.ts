import { createClient } from '../../client/client.ts'
import { ApiError } from '../../client/errors.ts'
import { parseToken, TOKEN_PATTERN } from '../../domain/token.ts'
import { credentialsPath, writeToken } from '../credentials.ts'
import { Failure, usage } from '../failure.ts'
import { note } from '../output.ts'
import { readSecret } from '../prompt.ts'
import { DEFAULT_URL, isExposed, normalizeUrl } from '../server-url.ts'

export async function login(urlArgument: string | undefined): Promise<void> {
  const url = normalizeUrl(urlArgument ?? (process.env.LATCHKEY_URL || DEFAULT_URL))
  if (isExposed(url)) note(`Warning: ${url} is not encrypted; the token can be read on its way.`)
  const token = await readSecret(`API token for ${url}: `)
  if (parseToken(token) === undefined) {
    throw usage(
      `That is no API token: it must have the form ${TOKEN_PATTERN}.`,
      'The first `latchkey serve` prints one, and `latchkey token create` makes more.',
    )
  }
  await verify(url, token)
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
