import type { ErrorObject } from 'ajv'
import type { FieldError } from '../domain/errors.ts'
import {
  LABEL_NAME_PATTERN,
  LABEL_NAME_RULE,
  LABEL_VALUE_PATTERN,
  LABEL_VALUE_RULE,
} from '../domain/key-rules.ts'
import { MAIL_ADDRESS_PATTERN } from '../domain/mail-address.ts'
import { ENV_NAME_PATTERN, NAME_PATTERN, PROJECT_NAME_PATTERN } from '../domain/names.ts'
import { EMAIL_PATTERN } from '../domain/user.ts'
import { FILE_PATH_PATTERN } from './schemas/functions.ts'

const FIELDS_MAX = 50
const FIELD_CHARS_MAX = 200
const NAMED_IN_SENTENCE_MAX = 3

const PATTERN_RULES: Readonly<Record<string, string>> = {
  [NAME_PATTERN]:
    'must be 2 to 26 characters: lower-case letters, digits and hyphens, a letter first, no hyphen last',
  [PROJECT_NAME_PATTERN]:
    'must be 3 to 63 characters: letters, digits, spaces and `.`, `_`, `-`, a letter or digit first, no space or hyphen last',
  [ENV_NAME_PATTERN]:
    'is no name of an environment variable: letters, digits and `_`, no digit first',
  [LABEL_NAME_PATTERN]: LABEL_NAME_RULE,
  [LABEL_VALUE_PATTERN]: LABEL_VALUE_RULE,
  [EMAIL_PATTERN]: 'must be an e-mail address',
  [MAIL_ADDRESS_PATTERN]: 'must be an e-mail address',
  [FILE_PATH_PATTERN]: 'must be a relative path inside the function, with `/` between its parts',
}

/** What Ajv found, as fields and sentences. */
export function fieldErrors(errors: readonly ErrorObject[]): FieldError[] {
  const seen = new Map<string, FieldError>()
  for (const error of withoutUnionNoise(errors)) {
    if (seen.size >= FIELDS_MAX) break
    const found = { field: fieldOf(error), message: messageOf(error) }
    seen.set(`${found.field}\n${found.message}`, found)
  }
  return [...seen.values()]
}

/** `name is required; flavor must be a string; and 4 more.` */
export function sentenceOf(fields: readonly FieldError[], subject: string): string {
  const parts = fields
    .slice(0, NAMED_IN_SENTENCE_MAX)
    .map(({ field, message }) => `${field === '' ? subject : field} ${message}`)
  const more = fields.length - parts.length
  return more > 0 ? `${parts.join('; ')}; and ${more} more.` : `${parts.join('; ')}.`
}

/**
 * A nullable field is `anyOf [something, null]`. When a value fits neither, Ajv names both branches and
 * the union; what is wrong with the something is the part that helps.
 */
function withoutUnionNoise(errors: readonly ErrorObject[]): readonly ErrorObject[] {
  const kept = errors.filter(
    ({ keyword, params }) =>
      keyword !== 'anyOf' &&
      keyword !== 'propertyNames' &&
      !(keyword === 'type' && params.type === 'null'),
  )
  return kept.length > 0 ? kept : errors
}

function fieldOf(error: ErrorObject): string {
  const parts = error.instancePath
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
  const member: unknown =
    error.params.missingProperty ?? error.params.additionalProperty ?? error.propertyName
  if (typeof member === 'string') parts.push(member)
  return parts.join('.').slice(0, FIELD_CHARS_MAX)
}

function messageOf({ keyword, params, message }: ErrorObject): string {
  switch (keyword) {
    case 'required':
      return 'is required'
    case 'additionalProperties':
      return 'is not a known field'
    case 'type':
      return `must be ${TYPE_NAMES[String(params.type)] ?? String(params.type)}`
    case 'pattern':
      return PATTERN_RULES[params.pattern] ?? `must match ${params.pattern}`
    case 'format':
      return 'must be a time with its zone, like 2026-08-22T11:21:00Z'
    case 'enum':
      return `must be one of ${params.allowedValues.join(', ')}`
    case 'minLength':
      return params.limit === 1
        ? 'must not be empty'
        : `must have at least ${params.limit} characters`
    case 'maxLength':
      return `must have at most ${params.limit} characters`
    case 'maxProperties':
      return `must have at most ${params.limit} members`
    case 'minimum':
      return `must be at least ${params.limit}`
    case 'maximum':
      return `must be at most ${params.limit}`
    case 'exclusiveMinimum':
      return `must be greater than ${params.limit}`
    default:
      return message ?? 'is not valid'
  }
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  string: 'a string',
  integer: 'an integer',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a JSON object',
  null: 'null',
}
