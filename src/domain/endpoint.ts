export interface EndpointBase {
  /** The gateway's URL as callers reach it, with or without a path. */
  readonly publicUrl: string
  /** When set, functions answer as `<label>.<domain>`. */
  readonly domain?: string | null
}

/** The URL to call: `<publicUrl>/<label>`, or `<scheme>://<label>.<domain>` with the port of `publicUrl`. */
export function endpointUrl(base: EndpointBase, label: string): string {
  const url = new URL(base.publicUrl)
  if (base.domain === undefined || base.domain === null || base.domain === '') {
    return `${url.origin}${url.pathname.replace(/\/+$/, '')}/${label}`
  }
  const port = url.port === '' ? '' : `:${url.port}`
  return `${url.protocol}//${label}.${base.domain}${port}`
}
