import { createClient } from '../../src/client/client.ts'
import type { CreateFunctionSerializer, FunctionSerializer } from '../../src/client/types.ts'
import { TEST_TOKEN, type TestServer } from './server.ts'

export const SCOPE = { projectId: 1, regionId: 1 }
export const NAMESPACE = 'tests'

export const HELLO = `module.exports = { handler: (event) => 'hello ' + event.extensions.request.get('latchkey-key-name') }`

export type Operator = ReturnType<typeof operator>

/** What an operator does in a test, over the real REST API. */
export function operator(server: Pick<TestServer, 'apiUrl'>, token = TEST_TOKEN) {
  const client = createClient({ baseUrl: server.apiUrl, token })

  async function finished(ids: { tasks: readonly string[] }): Promise<void> {
    for (const id of ids.tasks) {
      const task = await client.tasks.wait(id, { pollMs: { firstMs: 10, longestMs: 100 } })
      if (task.state !== 'FINISHED') throw new Error(`task ended in ${task.state}: ${task.error}`)
    }
  }

  return {
    client,
    finished,
    /** The namespace of the tests. */
    async makeNamespace(): Promise<void> {
      await finished(await client.namespaces.create(SCOPE, { name: NAMESPACE }))
    },
    /** A Node function that wants a key, ready to be called. */
    async makeFunction(
      name: string,
      code: string,
      more: Partial<CreateFunctionSerializer> = {},
    ): Promise<FunctionSerializer> {
      const { runtimes } = await client.runtimes.list(SCOPE)
      const body = {
        name,
        runtime: runtimes.nodejs![0]!,
        code_text: code,
        main_method: 'handler',
        timeout: 10,
        flavor: '80mCPU-128MB',
        autoscaling: { min_instances: 0, max_instances: 4 },
        enable_api_key: true,
        ...more,
      }
      await finished(await client.functions.create(SCOPE, NAMESPACE, body))
      return client.functions.get(SCOPE, { namespace: NAMESPACE, name })
    },
    /** The secret of a new key that opens these functions of the tests' namespace. */
    async makeKey(name: string, functions: readonly string[], expire: string | null = null) {
      const key = await client.keys.create(SCOPE, {
        name,
        expire,
        functions: functions.map((fn) => ({ name: fn, namespace: NAMESPACE })),
      })
      return key.secret
    },
  }
}

/** The status of a call with this key, or without one. The body is read to its end. */
export async function call(endpoint: string, secret?: string): Promise<number> {
  const response = await fetch(
    endpoint,
    secret === undefined ? {} : { headers: { 'x-api-key': secret } },
  )
  await response.arrayBuffer()
  return response.status
}
