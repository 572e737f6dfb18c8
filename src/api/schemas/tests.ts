import { type Static, Type } from 'typebox'
import {
  TEST_ANSWER_BYTES_MAX,
  TEST_HEADERS_MAX,
  TEST_METHODS,
  TEST_PATH_CHARS_MAX,
  TEST_PATH_PATTERN,
} from '../../domain/test-call.ts'
import { Name } from './common.ts'
import {
  answer,
  choices,
  nullable,
  optionalOrNull,
  ref,
  requestBody,
  sharedObject,
} from './helpers.ts'

export const TestMethod = choices('TestMethodChoices', [...TEST_METHODS])
export const TestBodyEncoding = choices('TestBodyEncodingChoices', ['text', 'base64'])

export const TestHeaderSchema = sharedObject('TestHeaderSerializer', {
  name: Type.String(),
  value: Type.String(),
})

export const TestFunction = requestBody('TestFunctionSerializer', {
  method: Type.Optional(ref(TestMethod)),
  path: Type.Optional(
    Type.String({
      pattern: TEST_PATH_PATTERN,
      maxLength: TEST_PATH_CHARS_MAX,
      description: 'Path and query, as the function sees them; `/` unless told.',
    }),
  ),
  headers: Type.Optional(
    Type.Array(ref(TestHeaderSchema), {
      maxItems: TEST_HEADERS_MAX,
      description:
        'As a caller would send them. Those of the connection, those that only the gateway sends (`latchkey-*`, `x-forwarded-*`, `forwarded`) and `x-api-key` are refused.',
    }),
  ),
  body: Type.Optional(Type.String({ description: 'Empty for none.' })),
  body_encoding: Type.Optional(ref(TestBodyEncoding)),
  key: optionalOrNull(Name),
})

const Ms = Type.Number({ minimum: 0 })

export const TestAnswerSchema = answer('FunctionTestSerializer', {
  status: Type.Integer({
    description: '0 when the call was broken off before there was an answer.',
  }),
  headers: Type.Array(ref(TestHeaderSchema)),
  body: Type.String({ description: `Of at most ${TEST_ANSWER_BYTES_MAX} bytes.` }),
  body_encoding: ref(TestBodyEncoding),
  body_bytes: Type.Integer({ minimum: 0, description: 'Of all of it.' }),
  body_truncated: Type.Boolean(),
  whole: Type.Boolean({ description: 'False when the answer was broken off after it had begun.' }),
  request_id: Type.String({ description: "What the function's log has its lines under." }),
  code: nullable(Type.String(), {
    description: 'Of `docs/errors.md`, when the gateway answered in place of the function.',
  }),
  verdict: nullable(Type.String(), {
    description: 'On the key: see `docs/verdicts.md`. Null when it was not looked at.',
  }),
  cold: Type.Boolean({ description: 'Whether it waited for an instance to be started.' }),
  duration_ms: Ms,
  queued_ms: Type.Number({
    minimum: 0,
    description: 'The part of it that it waited for an instance.',
  }),
  first_byte_ms: nullable(Ms, { description: 'Until the head of the answer.' }),
  instance: nullable(Type.String()),
  version_number: nullable(Type.Integer()),
})

export type TestFunctionBody = Static<typeof TestFunction>
export type TestAnswerWire = Static<typeof TestAnswerSchema>
