export interface WelcomeFacts {
  readonly apiUrl: string
  readonly hasPortal: boolean
  /** Absent when the operator brought a token by settings. */
  readonly token?: string
  readonly demo?: {
    readonly secret: string
    readonly endpoint: string
    readonly keyName: string
  }
}

/** What the first start prints, once: single quotes, because a token holds a `$`. */
export function welcomeText(facts: WelcomeFacts): string {
  const lines = ['', 'Latchkey is ready. This is shown once: keep what you need.', '']
  if (facts.token !== undefined) lines.push(`  API token        ${facts.token}`)
  if (facts.demo !== undefined) {
    const { demo } = facts
    // An operator's own token is never printed; the shell puts it in.
    const authorization =
      facts.token === undefined
        ? '"Authorization: apikey $LATCHKEY_ADMIN_TOKEN"'
        : `'Authorization: apikey ${facts.token}'`
    lines.push(
      `  API key "${demo.keyName}"   ${demo.secret}`,
      '',
      'Call the function with the key (200):',
      `  curl -i -H 'X-API-Key: ${demo.secret}' '${demo.endpoint}'`,
      '',
      'Call it without (401):',
      `  curl -i '${demo.endpoint}'`,
      '',
      'Delete the key, and the first call answers 401 from then on:',
      `  curl -i -X DELETE -H ${authorization} '${facts.apiUrl}/cloud/v1/faas/keys/1/1/${demo.keyName}'`,
    )
  }
  lines.push('')
  if (facts.hasPortal) lines.push(`Portal:   ${facts.apiUrl}/`)
  lines.push(`REST API: ${facts.apiUrl}/docs`, '')
  return lines.join('\n')
}
