import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const ROUTES = join(import.meta.dirname, '../../portal/src/app/routes.tsx')

/** What stands for the parameters of addresses, in a server with the example. */
const VALUES: Readonly<Record<string, readonly string[]>> = {
  'functions/:namespace': ['shop'],
  'functions/shop/:name': ['price'],
  'namespaces/:namespace': ['shop'],
  'api-keys/:key': ['web-shop'],
  'api-keys/web-shop/edit/:tab?': ['general', 'access', 'expiration'],
  'settings/:tab?': ['keys', 'notices', 'webhooks', 'mail'],
}

/**
 * The address of each page that there is, as the table of routes has them, which cannot be loaded without a browser.
 * A parameter that is not known above fails, so that no page is forgotten.
 */
export function everyPage(): string[] {
  const text = readFileSync(ROUTES, 'utf8')
  const tabs = ['', ...paths(table(text, 'FUNCTION_TABS'))]
  const scoped = paths(table(text, 'SCOPED')).flatMap((path) =>
    path === 'functions/:namespace/:name' ? tabs.map((tab) => `${path}/${tab}`) : [path],
  )
  const others = paths(table(text, 'ROUTES')).filter(
    (path) => path !== '*' && !path.startsWith('p/'),
  )
  return [...scoped.map((path) => `p/1/1/${path}`), ...others].flatMap(filled).sort()
}

function table(text: string, name: string): string {
  const found = new RegExp(`const ${name}: RouteObject\\[\\] = \\[\\n(.*?)\\n\\]`, 's').exec(text)
  if (found === null) throw new Error(`routes.tsx has no ${name}`)
  return found[1]!
}

function paths(routes: string): string[] {
  return [...routes.matchAll(/(?:page\(|path: )'([^']+)'/g)].map(([, path]) => path!)
}

function filled(path: string): string[] {
  const found = /^(.*?)([^/]+\/)?(:\w+\??)(.*)$/.exec(path)
  if (found === null) return [`/portal/${path.replace(/\/$/, '')}`]
  const before = path.slice(0, path.indexOf(':'))
  const parameter = found[3]!
  const values = VALUES[before.replace('p/1/1/', '') + parameter]
  if (values === undefined) throw new Error(`every-page.ts does not know ${before}${parameter}`)
  return values.flatMap((value) => filled(path.replace(parameter, value)))
}
