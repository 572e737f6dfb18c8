import { document } from './contract-check.ts'

const PARAMETERS: Readonly<Record<string, string>> = {
  project_id: '1',
  region_id: '1',
  key_name: 'a-key',
  namespace_name: 'demo',
  function_name: 'hello',
  task_id: 'x',
  token_id: '1',
  client_id: '1',
  user_id: '1',
  member: '1',
  session_id: 'x',
  number: '1',
  key_id: 'x',
  webhook_id: 'x',
  delivery_id: 'x',
}
/** Every documented route, with parameters that name what the tests create. */
export const routes = Object.entries(document.paths).flatMap(([path, item]) =>
  Object.keys(item).map((method) => ({
    name: `${method.toUpperCase()} ${path}`,
    method: method.toUpperCase(),
    path,
    url: path.replaceAll(/\{(\w+)\}/g, (_, name: string) => PARAMETERS[name]!),
  })),
)
/** Those that want to know who asks. */
export const cloudRoutes = routes
  .filter(({ path }) => path.startsWith('/cloud/') || path.startsWith('/iam/'))
  .filter(({ path }) => path !== '/iam/auth/login')
