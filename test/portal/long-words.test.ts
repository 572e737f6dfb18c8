import { afterAll, beforeAll, expect, it } from 'vitest'
import { addressOf, finished, SCOPE } from './function-helpers.ts'
import { checkPage, openPortal, type Portal } from './harness.ts'

/** The longest that is taken, without a place to break it at. */
const NAME = 'w'.repeat(26)
const WORDS = 'W'.repeat(100)

let portal: Portal

beforeAll(async () => {
  portal = await openPortal()
  if (portal.api === undefined) return
  const { api } = portal
  await finished(api, await api.namespaces.create(SCOPE, { name: NAME, description: WORDS }))
  const body = {
    name: NAME,
    description: WORDS,
    runtime: 'nodejs26',
    code_text: "exports.handler = () => 'here'\n",
    main_method: 'handler',
    flavor: '80mCPU-128MB',
    timeout: 5,
    autoscaling: { min_instances: 0, max_instances: 1 },
  }
  await finished(api, await api.functions.create(SCOPE, NAME, body))
  await api.keys.create(SCOPE, { name: NAME, description: WORDS, namespaces: [{ name: NAME }] })
  await api.tokens.create({ name: WORDS })
  const email = `${'w'.repeat(60)}@${'w'.repeat(60)}.example`
  await api.users.create({ email, name: WORDS, password: 'long words are long' })
})
afterAll(() => portal.close())

const FN = { namespace: NAME, name: NAME }
const PAGES: readonly (readonly [string, string])[] = [
  [addressOf(FN), NAME],
  [`/portal/p/1/1/namespaces/${NAME}`, NAME],
  [`/portal/p/1/1/api-keys/${NAME}`, NAME],
  [`/portal/p/1/1/api-keys/${NAME}/edit/general`, NAME],
  ['/portal/tokens', 'API tokens'],
  ['/portal/users', 'Users'],
]

// A window of 1280 px, zoomed to 400 %, is one of 320.
it.each([1440, 320])(
  'breaks words that are longer than a line is wide, at %i px',
  async (width) => {
    const page = await portal.newPage({ width })
    for (const [address, title] of PAGES) {
      await page.goto(address)
      await page.getByRole('heading', { level: 1, name: title }).waitFor()
      await expect.poll(() => page.getByText(/w{20}/i).count()).toBeGreaterThan(0)
      await expect.poll(() => page.getByRole('status', { name: /loading/i }).count()).toBe(0)
      await checkPage(page)
    }
  },
)
