import type { CreatedApiKeySerializer } from '../../../src/client/types.ts'
import type { AccessLimits } from './access.ts'

export const VARIABLE = 'LATCHKEY_API_KEY'

/** What the key is sent to in an example. */
export interface Called {
  readonly endpoint: string
  readonly limits: AccessLimits
}

/** A file that shells and tools read into their environment. */
export function envFile({ name, secret, expire }: CreatedApiKeySerializer): string {
  const until = typeof expire === 'string' ? `works until ${expire}` : 'never expires'
  return `# The Latchkey API key ${name}, which ${until}.\n${VARIABLE}=${secret}\n`
}

/** @param secret - Undefined for the variable in its place. */
export function curlText(called: Called, secret: string | undefined): string {
  const { method, url } = targetOf(called)
  const key = secret === undefined ? `"X-API-Key: $${VARIABLE}"` : `'X-API-Key: ${secret}'`
  return `curl -i${method === 'GET' ? '' : ` -X ${method}`} -H ${key} '${url}'`
}

/** @param secret - Undefined for the variable in its place. */
export function fetchText(called: Called, secret: string | undefined): string {
  const { method, url } = targetOf(called)
  const key = secret === undefined ? `process.env.${VARIABLE}` : `'${secret}'`
  return [
    `const response = await fetch('${url}', {`,
    ...(method === 'GET' ? [] : [`  method: '${method}',`]),
    `  headers: { 'X-API-Key': ${key} },`,
    '})',
    'console.log(response.status, await response.text())',
  ].join('\n')
}

/** Something that the key may do. */
function targetOf({ endpoint, limits }: Called): { method: string; url: string } {
  const { methods, paths } = limits
  const method = methods.length === 0 || methods.includes('GET') ? 'GET' : methods[0]!
  // A quote would end the text around it; in a URL it may stand escaped as well.
  return { method, url: `${endpoint}${paths[0] ?? ''}`.replaceAll("'", '%27') }
}
