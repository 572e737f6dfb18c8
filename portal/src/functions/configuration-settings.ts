import { useState } from 'react'
import type { ChangeFunctionSerializer, FunctionSerializer } from '../../../src/client/types.ts'
import {
  BODY_BYTES_MOST,
  INSTANCES_MAX,
  TIMEOUT_SECONDS_MAX,
} from '../../../src/domain/function-limits.ts'

/** What the form has; numbers that are being typed may be empty. */
export interface Settings {
  readonly description: string
  readonly min: number | ''
  readonly max: number | ''
  readonly flavor: string
  readonly timeout: number | ''
  readonly bodyBytes: number | ''
  readonly network: 'outbound' | 'none'
}

export type SettingName = keyof Settings

export const SETTING_LABELS: Readonly<Record<SettingName, string>> = {
  description: 'Description',
  min: 'Fewest instances',
  max: 'Most instances',
  flavor: 'Flavor',
  timeout: 'Time limit',
  bodyBytes: 'Largest body',
  network: 'Network',
}

export function settingsOf(fn: FunctionSerializer): Settings {
  return {
    description: fn.description,
    min: fn.autoscaling.min_instances,
    max: fn.autoscaling.max_instances,
    flavor: fn.flavor,
    timeout: fn.timeout,
    bodyBytes: fn.max_body_bytes,
    network: fn.network,
  }
}

/** What was changed here, each with what it was changed from. */
type Edits = { readonly [Name in SettingName]?: { readonly from: unknown; readonly to: unknown } }

/**
 * Fields that are edited, over the function as it is saved: what others change in the others shows at
 * once, and what they change in the same ones is a clash.
 */
export function useSettings(fn: FunctionSerializer) {
  const [edits, setEdits] = useState<Edits>({})
  const saved = settingsOf(fn)
  const names = (Object.keys(edits) as SettingName[]).filter(
    (name) => edits[name]!.to !== saved[name],
  )
  const settings = {
    ...saved,
    ...Object.fromEntries(names.map((name) => [name, edits[name]!.to])),
  } as Settings
  return {
    settings,
    changed: names,
    clashes: names.filter((name) => edits[name]!.from !== saved[name]),
    set<Name extends SettingName>(name: Name, to: Settings[Name]) {
      setEdits((now) => ({ ...now, [name]: { from: now[name]?.from ?? saved[name], to } }))
    },
    reset: () => setEdits({}),
    /** What was sent is saved; what was typed since is a change of that. */
    settle: (sent: Settings) => setEdits((now) => editsSince(sent, now)),
    /** What others have saved in the same fields is looked at, and is replaced. */
    insist() {
      const seen = names.map((name) => [name, { from: saved[name], to: edits[name]!.to }])
      setEdits(Object.fromEntries(seen) as Edits)
    },
    isUntouched: (newest: FunctionSerializer) =>
      names.every((name) => settingsOf(newest)[name] === edits[name]!.from),
  }
}

function editsSince(sent: Settings, now: Edits): Edits {
  const names = (Object.keys(now) as SettingName[]).filter((name) => now[name]!.to !== sent[name])
  return Object.fromEntries(names.map((name) => [name, { from: sent[name], to: now[name]!.to }]))
}

export function settingErrors(settings: Settings): Partial<Record<SettingName, string>> {
  const { min, max, timeout, bodyBytes, description } = settings
  return {
    ...(description.length > 255 && { description: 'At most 255 characters.' }),
    ...(!isWhole(min, 0, INSTANCES_MAX) && { min: `A whole number from 0 to ${INSTANCES_MAX}.` }),
    ...(!isWhole(max, 1, INSTANCES_MAX) && { max: `A whole number from 1 to ${INSTANCES_MAX}.` }),
    ...(isWhole(min, 0, INSTANCES_MAX) &&
      isWhole(max, 1, INSTANCES_MAX) &&
      Number(min) > Number(max) && { min: 'Not more than the most.' }),
    ...(!isWhole(timeout, 0, TIMEOUT_SECONDS_MAX) && {
      timeout: `A whole number from 0 to ${TIMEOUT_SECONDS_MAX}.`,
    }),
    ...(!isWhole(bodyBytes, 0, BODY_BYTES_MOST) && { bodyBytes: 'A whole number, 0 or more.' }),
  }
}

function isWhole(value: number | '', least: number, most: number): boolean {
  return Number.isInteger(value) && Number(value) >= least && Number(value) <= most
}

/** Only what is named: everything else stays as others may have made it. */
export function settingsBody(
  settings: Settings,
  changed: readonly SettingName[],
): ChangeFunctionSerializer {
  const has = (...names: SettingName[]) => names.some((name) => changed.includes(name))
  return {
    ...(has('description') && { description: settings.description }),
    ...(has('min', 'max') && {
      autoscaling: {
        min_instances: Number(settings.min),
        max_instances: Number(settings.max),
      },
    }),
    ...(has('flavor') && { flavor: settings.flavor }),
    ...(has('timeout') && { timeout: Number(settings.timeout) }),
    ...(has('bodyBytes') && { max_body_bytes: Number(settings.bodyBytes) }),
    ...(has('network') && { network: settings.network }),
  }
}

/** What becomes of the instances that run. */
export function effectOf(changed: readonly SettingName[]): string {
  if (changed.includes('flavor')) {
    return 'A new version is deployed, without a build: instances of the new size take over, and those of before end when their requests are done.'
  }
  if (changed.includes('network')) {
    return 'In force at once: instances are replaced, and those of before end when their requests are done.'
  }
  if (changed.includes('max') || changed.includes('min')) {
    return 'In force at once: instances are started up to the fewest, and those above the most end when their requests are done.'
  }
  if (changed.includes('timeout') || changed.includes('bodyBytes')) {
    return 'In force for the next request; instances go on.'
  }
  return ''
}

const UNITS = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB']

/** `10485760` as `10 MiB`. */
export function bytesText(bytes: number): string {
  const step = Math.min(UNITS.length - 1, Math.floor(Math.log2(Math.max(1, bytes)) / 10))
  const amount = bytes / 1024 ** step
  return `${amount.toLocaleString(undefined, { maximumFractionDigits: 1 })} ${UNITS[step]}`
}
