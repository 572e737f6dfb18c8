import { InvalidArgumentError } from 'commander'
import {
  isLabelName,
  isLabelValue,
  LABEL_NAME_RULE,
  LABEL_VALUE_RULE,
} from '../domain/key-rules.ts'

export type Labels = Readonly<Record<string, string>>

/** `name=value` pairs; a later one wins. */
export function label(text: string, before: Labels = {}): Labels {
  const at = text.indexOf('=')
  if (at === -1) throw new InvalidArgumentError('A label has the form name=value.')
  const [name, value] = [labelName(text.slice(0, at)), text.slice(at + 1)]
  if (!isLabelValue(value)) throw new InvalidArgumentError(`Its value ${LABEL_VALUE_RULE}.`)
  return { ...before, [name]: value }
}

export function labelName(text: string): string {
  if (isLabelName(text)) return text
  throw new InvalidArgumentError(`The name of a label ${LABEL_NAME_RULE}.`)
}

/** `name` or `name=value`. */
export function labelFilter(text: string): string {
  if (text.includes('=')) label(text)
  else labelName(text)
  return text
}

/** `env=prod, team=payments`. */
export function formatLabels(labels: Labels): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}=${value}`)
    .join(', ')
}
