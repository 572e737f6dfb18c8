import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { BrowserContext, Page } from 'playwright-core'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
/** WCAG 2.2 AA, and what axe takes for good besides. */
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
/** A refusal of the API is something that pages show; the browser writes it to its console all the same. */
const REFUSED = /^Failed to load resource: the server responded with a status of 4\d\d/

export interface CheckOptions {
  /** Messages of the console that belong to what is tried. */
  readonly ignoring?: RegExp
}

const faultsOf = new WeakMap<Page, string[]>()

/** Notes what goes wrong in the pages of a context, for `checkPage`. */
export async function watchPages(context: BrowserContext, origin: string): Promise<void> {
  await context.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      console.error(`policy: ${event.violatedDirective} keeps out ${event.blockedURI}`)
    })
  })
  context.on('page', (page) => {
    const faults: string[] = []
    faultsOf.set(page, faults)
    page.on('pageerror', (error) => faults.push(`uncaught: ${error.message}`))
    page.on('console', (message) => {
      const { url } = message.location()
      const isRefusal = REFUSED.test(message.text()) && /^\/(cloud|iam)\//.test(pathOf(url))
      if (message.type() === 'error' && !isRefusal) faults.push(`console: ${message.text()}`)
    })
    page.on('request', (request) => {
      const { origin: asked, protocol } = new URL(request.url())
      if (asked !== origin && !['data:', 'blob:'].includes(protocol)) {
        faults.push(`a request to elsewhere: ${request.url()}`)
      }
    })
  })
}

/**
 * What must hold for every page in every state: nothing that axe finds, no error in the console, nothing kept out by the
 * content security policy, no request to elsewhere, no scrolling sideways. What was noted since the page was opened, or
 * checked the last time, counts.
 * @throws Error that lists all of it
 */
export async function checkPage(page: Page, { ignoring }: CheckOptions = {}): Promise<void> {
  await stillness(page)
  const noted = (faultsOf.get(page) ?? []).splice(0)
  const faults = [
    ...noted.filter((fault) => ignoring === undefined || !ignoring.test(fault)),
    ...(await barriers(page)),
    ...(await overflow(page)),
  ]
  if (faults.length === 0) return
  throw new Error([`${page.url()} at ${page.viewportSize()?.width} px:`, ...faults].join('\n  '))
}

/** What moves may be half transparent or between two colours, and is judged when it has arrived. */
async function stillness(page: Page): Promise<void> {
  await page.evaluate(async () => {
    // A page hears that another scheme is wanted before its next frame, and changes its colours in it.
    for (let frame = 0; frame < 2; frame++) {
      await new Promise((resolve) => requestAnimationFrame(resolve))
    }
    const ending = document
      .getAnimations()
      .filter(({ effect }) => effect?.getComputedTiming().iterations !== Number.POSITIVE_INFINITY)
    await Promise.allSettled(ending.map(({ finished }) => finished))
  })
}

interface AxeResult {
  readonly violations: readonly {
    readonly id: string
    readonly help: string
    readonly nodes: readonly { readonly target: readonly string[]; readonly html: string }[]
  }[]
}

async function barriers(page: Page): Promise<string[]> {
  const isThere = await page.evaluate(() => 'axe' in window)
  if (!isThere) await page.evaluate(AXE)
  const { violations } = (await page.evaluate(
    (rules) =>
      (window as unknown as { axe: { run: (...of: unknown[]) => unknown } }).axe.run(document, {
        runOnly: rules,
        resultTypes: ['violations'],
      }),
    RULES,
  )) as AxeResult
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(
      ({ target, html }) => `axe ${id}: ${help}: ${target.join(' ')} ${html.slice(0, 160)}`,
    ),
  )
}

async function overflow(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const { clientWidth, scrollWidth } = document.documentElement
    if (scrollWidth <= clientWidth) return []
    const wide = [...document.body.querySelectorAll('*')].filter(
      (element) => element.getBoundingClientRect().right > clientWidth + 1,
    )
    const shown = wide.slice(0, 5).map((element) => element.outerHTML.slice(0, 120))
    return [`it scrolls sideways (${scrollWidth} of ${clientWidth} px): ${shown.join(' | ')}`]
  })
}

function pathOf(url: string): string {
  return URL.canParse(url) ? new URL(url).pathname : ''
}
