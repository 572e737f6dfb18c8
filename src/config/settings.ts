import type { Setting, SettingTable } from './setting.ts'
import { BUILDS } from './settings-builds.ts'
import { CALLS } from './settings-calls.ts'
import { ENDPOINTS } from './settings-endpoints.ts'
import { EVENTS } from './settings-events.ts'
import { FEED } from './settings-feed.ts'
import { INSTANCES } from './settings-instances.ts'
import { KEYS } from './settings-keys.ts'
import { LIMITS } from './settings-limits.ts'
import { LOGS } from './settings-logs.ts'
import { MAIL } from './settings-mail.ts'
import { OPERATORS } from './settings-operators.ts'
import { RUNTIMES } from './settings-runtimes.ts'
import { SECRETS } from './settings-secrets.ts'
import { SERVER } from './settings-server.ts'
import { START } from './settings-start.ts'
import { DRAIN, STOP } from './settings-stop.ts'
import { TLS } from './settings-tls.ts'
import { USAGE } from './settings-usage.ts'
import { WEBHOOKS } from './settings-webhooks.ts'

/** Every setting of `latchkey serve`, in the order of `docs/configuration.md`, which is made from it. */
export const DEFINITIONS = {
  ...SERVER,
  ...TLS,
  ...ENDPOINTS,
  ...START,
  ...SECRETS,
  ...OPERATORS,
  ...RUNTIMES,
  ...INSTANCES,
  ...BUILDS,
  ...LIMITS,
  ...CALLS,
  ...FEED,
  ...DRAIN,
  ...KEYS,
  ...USAGE,
  ...EVENTS,
  ...WEBHOOKS,
  ...MAIL,
  ...STOP,
  ...LOGS,
} satisfies SettingTable

type Definitions = typeof DEFINITIONS
export type SettingName = keyof Definitions
export type Settings = {
  readonly [N in SettingName]: Definitions[N] extends Setting<infer T> ? T : never
}

/** The table as a list, for help and documents. */
export const SETTINGS: readonly (Setting<unknown> & { readonly name: SettingName })[] =
  Object.entries(DEFINITIONS).map(([name, setting]) => ({
    ...(setting as Setting<unknown>),
    name: name as SettingName,
  }))
