import { usage } from './failure.ts'

export const DEFAULT_URL = 'http://127.0.0.1:8080'

/** One spelling a server, so that a token is found again: no trailing slash, no `/cloud`. */
export function normalizeUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  // What was written is not repeated: a token may have been pasted where the URL belongs.
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw usage(
      'The URL must begin with http:// or https:// and name a host.',
      `Write it like ${DEFAULT_URL}.`,
    )
  }
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw usage('The URL must hold no user name, password, query or fragment.')
  }
  return url.origin + url.pathname.replace(/\/+$/, '').replace(/\/cloud(\/v1)?$/, '')
}

/** Whether what is sent there crosses a network unencrypted. */
export function isExposed(url: string): boolean {
  const { protocol, hostname } = new URL(url)
  return protocol === 'http:' && !/^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname)
}
