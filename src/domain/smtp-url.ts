/** The server that takes mails, and how it is spoken to. */
export interface SmtpServer {
  readonly host: string
  readonly port: number
  /**
   * `implicit`: from the first byte. `required`: STARTTLS, or no mail. `offered`: STARTTLS where the
   * server has it. `off`: never.
   */
  readonly tls: 'implicit' | 'required' | 'offered' | 'off'
  /** Null for a server that asks for none. */
  readonly login: { readonly user: string; readonly password: string } | null
}

const PORTS = { 'smtp:': 587, 'smtps:': 465 } as const

/**
 * `smtps://user:password@host:port`, `smtp://…`, which takes `?tls=required`, `offered` or `off`.
 * Without it a password is never sent in the clear. Undefined for anything else.
 */
export function parseSmtpUrl(text: string): SmtpServer | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || (url.protocol !== 'smtp:' && url.protocol !== 'smtps:')) return undefined
  if (url.hostname === '' || (url.pathname !== '' && url.pathname !== '/') || url.hash !== '') {
    return undefined
  }
  const login = loginOf(url)
  const tls = tlsOf(url, login !== null)
  if (login === undefined || tls === undefined) return undefined
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? PORTS[url.protocol] : Number(url.port),
    tls,
    login,
  }
}

function loginOf(url: URL): SmtpServer['login'] | undefined {
  if (url.username === '' && url.password === '') return null
  try {
    const user = decodeURIComponent(url.username)
    return { user, password: decodeURIComponent(url.password) }
  } catch {
    // A % that begins nothing: what was meant is not to be guessed.
    return undefined
  }
}

function tlsOf(url: URL, hasLogin: boolean): SmtpServer['tls'] | undefined {
  const written = [...url.searchParams]
  if (url.protocol === 'smtps:') return written.length === 0 ? 'implicit' : undefined
  if (written.length === 0) return hasLogin ? 'required' : 'offered'
  const [[name, value] = []] = written
  if (written.length > 1 || name !== 'tls') return undefined
  return value === 'required' || value === 'offered' || value === 'off' ? value : undefined
}
