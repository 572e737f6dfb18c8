import { type Client, createClient } from '../client/client.ts'
import type { Scope } from '../domain/names.ts'
import { parseToken, TOKEN_PATTERN } from '../domain/token.ts'
import { readCredentials } from './credentials.ts'
import { Failure } from './failure.ts'
import type { ApiFlags, ServerFlags } from './options.ts'
import { note } from './output.ts'
import { DEFAULT_URL, normalizeUrl } from './server-url.ts'
import { visible } from './visible.ts'

export interface Session {
  readonly client: Client
  readonly scope: Scope
  readonly json: boolean
  /** Data nodes that some change of this session had not reached when it was answered. */
  readonly lagging: ReadonlySet<string>
}

/** Whom to ask, as whom, and about which project and region. */
export function openSession(flags: ApiFlags): Session {
  const { url, token } = findToken(flags.url)
  const lagging = new Set<string>()
  const onLagging = (nodes: readonly string[]) => {
    for (const node of nodes) lagging.add(node)
    note(
      `Warning: the change is made, but these nodes have not applied it yet: ${visible(nodes.join(', '))}. For a key, \`latchkey key propagation <name>\` says when they have.`,
    )
  }
  return {
    client: createClient({ baseUrl: url, token, onLagging }),
    lagging,
    scope: { projectId: flags.project, regionId: flags.region },
    json: flags.json === true,
  }
}

/** For what belongs to no one project. */
export function openServerSession(flags: ServerFlags): Pick<Session, 'client' | 'json'> {
  return openSession({ ...flags, project: 1, region: 1 })
}

/** Url: flag or LATCHKEY_URL, the last login, the default. Token: LATCHKEY_TOKEN, the login for that url. */
function findToken(urlFlag: string | undefined): { url: string; token: string } {
  const fromEnvironment = process.env.LATCHKEY_TOKEN
  if (fromEnvironment !== undefined && fromEnvironment !== '') {
    if (parseToken(fromEnvironment) === undefined) {
      throw new Failure('unauthorized', `LATCHKEY_TOKEN must have the form ${TOKEN_PATTERN}.`)
    }
    const url = urlFlag ?? readCredentials().current ?? DEFAULT_URL
    return { url: normalizeUrl(url), token: fromEnvironment }
  }
  const { current, tokens } = readCredentials()
  const url = normalizeUrl(urlFlag ?? current ?? DEFAULT_URL)
  const token = Object.hasOwn(tokens, url) ? tokens[url] : undefined
  if (token === undefined) {
    throw new Failure(
      'unauthorized',
      `There is no API token for ${url}.`,
      `Run \`latchkey login ${url}\`, or set LATCHKEY_TOKEN.`,
    )
  }
  return { url, token }
}
