import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { INVALID, type Setting } from './setting.ts'
import { DEFINITIONS, type SettingName, type Settings } from './settings.ts'

export interface SettingSources {
  /** Values of flags by setting name, as written on the command line. */
  readonly flags: Readonly<Record<string, string>>
  readonly env: Readonly<Record<string, string | undefined>>
  /** The settings file that `--config` or LATCHKEY_CONFIG names. */
  readonly file?: string | undefined
}

export type LoadedSettings =
  | { readonly kind: 'ok'; readonly settings: Settings }
  /** Every mistake, one sentence each. */
  | { readonly kind: 'mistakes'; readonly mistakes: readonly string[] }

/** Reads every setting once: flag before environment before file before default. */
export function loadSettings(sources: SettingSources): LoadedSettings {
  const mistakes: string[] = []
  const fromFile = readFile(sources.file, mistakes)
  const values: Record<string, unknown> = {}
  for (const [name, setting] of Object.entries(DEFINITIONS)) {
    values[name] = pick(name, setting as Setting<unknown>, sources, fromFile, mistakes)
  }
  const settings = values as Settings
  if (mistakes.length === 0) mistakes.push(...contradictions(settings))
  if (mistakes.length > 0) return { kind: 'mistakes', mistakes }
  const dataDir = resolve(settings.dataDir)
  // Without one of its own it is empty, and `resolve` would make the working directory of that.
  const controlDir = settings.controlDir === '' ? dataDir : resolve(settings.controlDir)
  const portalDir = settings.portalDir === null ? null : resolve(settings.portalDir)
  return { kind: 'ok', settings: { ...settings, dataDir, controlDir, portalDir } }
}

function pick(
  name: string,
  setting: Setting<unknown>,
  sources: SettingSources,
  fromFile: Readonly<Record<string, string>>,
  mistakes: string[],
): unknown {
  const [source, written] =
    sources.flags[name] !== undefined
      ? [setting.flag ?? name, sources.flags[name]]
      : sources.env[setting.env] !== undefined
        ? [setting.env, sources.env[setting.env]]
        : [`"${name}" in ${sources.file}`, fromFile[name]]
  if (written === undefined) return setting.default
  const value = setting.parse(written)
  if (value !== INVALID) return value
  const wrong = setting.faults?.(written) ?? [written]
  const shown = setting.secret ? '' : `, not ${wrong.map(quoted).join(', ')}`
  mistakes.push(`${source} must be ${setting.expects}${shown}`)
  return setting.default
}

function quoted(text: string): string {
  return JSON.stringify(text.slice(0, 100))
}

function readFile(path: string | undefined, mistakes: string[]): Record<string, string> {
  if (path === undefined) return {}
  let parsed: unknown
  try {
    parsed = JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    // The parser's own message quotes the file, which may hold a secret.
    const reason = error instanceof SyntaxError ? 'it is not valid JSON' : (error as Error).message
    mistakes.push(`the settings file ${path} cannot be read: ${reason}`)
    return {}
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    mistakes.push(`the settings file ${path} must hold a JSON object`)
    return {}
  }
  const texts: Record<string, string> = {}
  for (const [name, value] of Object.entries(parsed)) {
    if (!Object.hasOwn(DEFINITIONS, name)) {
      mistakes.push(`"${name}" in ${path} is not a setting`)
    } else if (!['string', 'number', 'boolean'].includes(typeof value)) {
      mistakes.push(`"${name}" in ${path} must be ${DEFINITIONS[name as SettingName].expects}`)
    } else {
      texts[name] = String(value)
    }
  }
  return texts
}

function contradictions(settings: Settings): string[] {
  const { tlsCert, tlsKey, tlsDir, apiTlsCert, apiTlsKey } = settings
  if ((apiTlsCert === '') !== (apiTlsKey === '')) {
    return [`${DEFINITIONS.apiTlsCert.env} and ${DEFINITIONS.apiTlsKey.env} must be set together`]
  }
  if ((tlsCert === '') !== (tlsKey === '')) {
    return [`${DEFINITIONS.tlsCert.env} and ${DEFINITIONS.tlsKey.env} must be set together`]
  }
  if (tlsDir !== '' && tlsCert === '') {
    return [
      `${DEFINITIONS.tlsDir.env} needs ${DEFINITIONS.tlsCert.env} and ${DEFINITIONS.tlsKey.env}, for callers that name no host that is in it`,
    ]
  }
  if (settings.controlDir !== '' && settings.role !== 'data') {
    return [
      `${DEFINITIONS.controlDir.env} is for a data node by itself: ${DEFINITIONS.role.env} must be data`,
    ]
  }
  const sendsMail = settings.smtpUrl !== null || settings.smtpUrlFile !== ''
  if (sendsMail && settings.mailFrom === '') {
    return [`${DEFINITIONS.mailFrom.env} must be set where mails are sent`]
  }
  const names = ['apiPort', 'gatewayPort', 'metricsPort'] as const
  return names.flatMap((name, i) =>
    names
      .slice(i + 1)
      .filter((other) => settings[other] === settings[name] && (settings[name] ?? 0) !== 0)
      .map(
        (other) =>
          `${DEFINITIONS[name].env} and ${DEFINITIONS[other].env} must be two different ports, not both ${settings[name]}`,
      ),
  )
}
