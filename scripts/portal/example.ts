/** A server with a bit of everything in it, by its own API and by real calls: for pictures, and to try pages on. */
import { setTimeout } from 'node:timers/promises'
import type { Client } from '../../src/client/client.ts'
import type {
  CreateFunctionSerializer,
  CreateNamespaceSerializer,
  TaskIDsSerializer,
} from '../../src/client/types.ts'

const SCOPE = { projectId: 1, regionId: 1 }
const DAY_MS = 86_400_000
/** Far enough ahead for the key to be made before it, on a slow machine too. */
const ENDED_MS = 5_000
const ITEMS = ['tea', 'coffee', 'tea', 'cocoa', 'tea', 'tea', 'coffee', 'tea']

const PRICE = `const PRICES = { tea: 4.2, coffee: 6.9, cocoa: 5.5 }

exports.handler = async (event) => {
  const { item = 'tea' } = event.data ?? {}
  console.log('asked for', item)
  if (item === 'gold') throw new Error('gold has no price')
  if (item === 'coffee') await new Promise((done) => setTimeout(done, 40))
  return { item, price: PRICES[item] ?? null }
}
`
const PRICE_BEFORE = PRICE.replace(', cocoa: 5.5', '').replace('?? null', '?? 0')

const STOCK = `export default {
  async fetch(request) {
    const { pathname } = new URL(request.url)
    console.log(request.method, pathname)
    return Response.json({ path: pathname, left: 12 })
  },
}
`
const REPORT = `exports.handler = () => {
  console.log('the report of the day')
  return 'written'
}
`

const NAMESPACES: readonly CreateNamespaceSerializer[] = [
  {
    name: 'shop',
    description: 'All that customers see',
    envs: { COUNTRY: 'DE' },
    secret_envs: { STOCK_PASSWORD: 'not-a-real-password' },
  },
  { name: 'reports', description: 'For ourselves' },
]

const FUNCTIONS: readonly (readonly [string, Partial<CreateFunctionSerializer>])[] = [
  [
    'shop',
    {
      name: 'price',
      description: 'What things cost',
      code_text: PRICE_BEFORE,
      envs: { CURRENCY: 'EUR' },
      secret_envs: { TAX_TOKEN: 'not-a-real-token' },
    },
  ],
  [
    'shop',
    { name: 'stock', description: 'How much is left', code_text: STOCK, main_method: 'fetch' },
  ],
  ['reports', { name: 'daily', description: 'Every morning', code_text: REPORT }],
]

export interface Example {
  readonly namespace: 'shop'
  readonly fn: 'price'
  readonly key: 'web-shop'
  /** Of that key. */
  readonly secret: string
}

/** Makes it all; what it waits for is as long as a few builds. */
export async function makeExample(client: Client): Promise<Example> {
  await makeFunctions(client)
  const { secret, rotated } = await makeKeys(client)
  await Promise.all([makePeople(client), makeTrigger(client), makeWebhook(client)])
  await callFunctions(client, secret, rotated)
  return { namespace: 'shop', fn: 'price', key: 'web-shop', secret }
}

/** Goes on calling, more and less often, so that there is something to draw. */
export async function callFor(client: Client, { secret }: Example, durationMs: number) {
  const { endpoint } = await client.functions.get(SCOPE, { namespace: 'shop', name: 'price' })
  const headers = { 'content-type': 'application/json', 'x-api-key': secret }
  const endMs = Date.now() + durationMs
  for (let n = 0; Date.now() < endMs; n++) {
    const item = n % 40 === 39 ? 'gold' : ITEMS[n % ITEMS.length]
    await read(endpoint, { method: 'POST', headers, body: JSON.stringify({ item }) })
    if (n % 60 === 59) await read(endpoint, {})
    await setTimeout(100 + 90 * Math.sin(Date.now() / 25_000))
  }
}

async function makeFunctions(client: Client): Promise<void> {
  for (const namespace of NAMESPACES) {
    await finished(client, client.namespaces.create(SCOPE, namespace))
  }
  const { runtimes } = await client.runtimes.list(SCOPE)
  for (const [namespace, more] of FUNCTIONS) {
    const body = {
      runtime: runtimes.nodejs![0]!,
      main_method: 'handler',
      timeout: 10,
      flavor: '80mCPU-128MB',
      autoscaling: { min_instances: 0, max_instances: 4 },
      enable_api_key: true,
      ...more,
    } as CreateFunctionSerializer
    await finished(client, client.functions.create(SCOPE, namespace, body))
  }
  const price = { namespace: 'shop', name: 'price' }
  await finished(client, client.functions.update(SCOPE, price, { code_text: PRICE }))
}

/** The secret of the key that most calls are made with, and the older one of a key that is being rotated. */
interface Secrets {
  readonly secret: string
  readonly rotated: string
}

async function makeKeys(client: Client): Promise<Secrets> {
  const inDays = (days: number) => new Date(Date.now() + days * DAY_MS).toISOString()
  const price = { namespace: 'shop', name: 'price' }
  const functions = [price]
  const { secret } = await client.keys.create(SCOPE, {
    name: 'web-shop',
    description: 'The pages of the shop',
    expire: inDays(90),
    functions: [price, { namespace: 'shop', name: 'stock', methods: ['GET'], paths: ['/items'] }],
    labels: { team: 'web' },
  })
  await client.keys.create(SCOPE, {
    name: 'partner-eu',
    description: 'Asks for prices every night',
    expire: inDays(5),
    namespaces: [{ name: 'shop' }],
    labels: { team: 'sales' },
  })
  await client.keys.create(SCOPE, { name: 'newsletter', functions: [], expire: null })
  await client.keys.create(SCOPE, { name: 'warehouse', functions, expire: null })
  await client.keys.switch(SCOPE, 'warehouse', false)
  const till = { name: 'till', functions, expire: inDays(30) }
  const { secret: rotated } = await client.keys.create(SCOPE, till)
  await client.keys.rotate(SCOPE, 'till')
  const soon = new Date(Date.now() + ENDED_MS).toISOString()
  await client.keys.create(SCOPE, { name: 'old-app', functions, expire: soon })
  await client.keys.create(SCOPE, { name: 'spring-sale', functions, expire: inDays(7) })
  await client.keys.delete(SCOPE, 'spring-sale')
  return { secret, rotated }
}

async function makePeople(client: Client): Promise<void> {
  const password = 'only-on-this-server-1'
  await client.users.create({ email: 'ada@example.com', name: 'Ada', password, role: 'owner' })
  await client.users.create({ email: 'grace@example.com', name: 'Grace', password })
  await client.members.set(1, 'grace@example.com', 'viewer')
  await client.tokens.create({ name: 'deploy', description: 'For the pipeline' })
}

async function makeTrigger(client: Client): Promise<void> {
  const daily = { namespace: 'reports', name: 'daily' }
  await client.triggers.create(SCOPE, daily, { name: 'morning', schedule: '0 6 * * *' })
  await client.triggers.run(SCOPE, daily, 'morning')
}

/** Switched off: nothing is sent to a place that is not there. */
async function makeWebhook(client: Client): Promise<void> {
  const url = 'https://hooks.example.com/latchkey'
  await client.webhooks.create(1, { url, description: 'To the chat', events: [], enabled: false })
}

async function callFunctions(client: Client, secret: string, rotated: string): Promise<void> {
  const price = { namespace: 'shop', name: 'price' }
  const { endpoint } = await client.functions.get(SCOPE, price)
  const headers = { 'content-type': 'application/json', 'x-api-key': secret }
  for (let n = 0; n < 96; n++) {
    const item = n % 24 === 23 ? 'gold' : ITEMS[n % ITEMS.length]
    await read(endpoint, { method: 'POST', headers, body: JSON.stringify({ item }) })
  }
  for (let n = 0; n < 9; n++) await read(endpoint, { headers: { 'x-api-key': rotated } })
  for (let n = 0; n < 5; n++) await read(endpoint, {})
  await read(endpoint, { headers: { 'x-api-key': `${secret.slice(0, -4)}0000` } })
  const stock = await client.functions.get(SCOPE, { namespace: 'shop', name: 'stock' })
  for (let n = 0; n < 12; n++) await read(`${stock.endpoint}/items/${n}`, { headers })
  await read(`${stock.endpoint}/orders`, { headers })
  for (const item of ['tea', 'gold']) {
    const later = { ...headers, prefer: 'respond-async' }
    await read(endpoint, { method: 'POST', headers: later, body: JSON.stringify({ item }) })
  }
}

async function read(url: string, init: RequestInit): Promise<void> {
  await (await fetch(url, init)).arrayBuffer()
}

async function finished(client: Client, asked: Promise<TaskIDsSerializer>): Promise<void> {
  for (const id of (await asked).tasks) {
    const task = await client.tasks.wait(id, { pollMs: { firstMs: 20, longestMs: 200 } })
    if (task.state !== 'FINISHED') throw new Error(`the task ended in ${task.state}: ${task.error}`)
  }
}
