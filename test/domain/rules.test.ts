import { describe, expect, it } from 'vitest'
import { wantedInstances } from '../../src/domain/autoscaling.ts'
import { PUBLIC_ERRORS, PublicError, problemOf } from '../../src/domain/errors.ts'
import { FLAVORS, findFlavor } from '../../src/domain/flavor.ts'
import { methodName, timeoutMs, versionId } from '../../src/domain/function.ts'
import { isExpired, keyStatus } from '../../src/domain/key.ts'
import { judgeKey, type KeyFacts, type KeyVerdict } from '../../src/domain/key-verdict.ts'
import {
  formatToken,
  mintTokenSecret,
  parseAuthorization,
  tokenMatches,
  tokenSecretDigest,
} from '../../src/domain/token.ts'

const GOOD: KeyFacts = {
  isDisabled: false,
  notBeforeMs: null,
  expireMs: null,
  opening: 'allowed',
}

describe('the verdict on a key', () => {
  it('turns at the very millisecond of the expiry, in the list as at the gateway', () => {
    for (const [nowMs, expired] of [
      [999, false],
      [1_000, true],
      [1_001, true],
    ] as const) {
      const verdict = judgeKey({ ...GOOD, expireMs: 1_000 }, nowMs)
      expect(verdict).toBe(expired ? 'expired' : 'allowed')
      expect(isExpired(1_000, nowMs)).toBe(expired)
      expect(keyStatus({ notBeforeMs: null, expireMs: 1_000, disabledAtMs: null }, nowMs)).toBe(
        expired ? 'Expired' : 'Active',
      )
    }
  })

  it('denies by default', () => {
    expect(judgeKey({ ...GOOD, opening: 'not-granted' }, 0)).toBe('not-granted')
    expect(judgeKey(GOOD, 0)).toBe('allowed')
  })

  it('turns at the very millisecond at which the key becomes valid', () => {
    const verdicts = [999, 1_000].map((nowMs) => judgeKey({ ...GOOD, notBeforeMs: 1_000 }, nowMs))
    expect(verdicts).toEqual(['not-yet', 'allowed'])
  })

  it('names the first of several reasons, always in the same order', () => {
    const reasons: [KeyVerdict, Partial<KeyFacts>][] = [
      ['disabled', { isDisabled: true }],
      ['not-yet', { notBeforeMs: 2_000 }],
      ['expired', { expireMs: 1_000 }],
      ['not-granted', { opening: 'not-granted' }],
    ]
    for (let first = 0; first < reasons.length; first++) {
      const facts = Object.assign({ ...GOOD }, ...reasons.slice(first).map(([, fact]) => fact))
      expect(judgeKey(facts, 1_500)).toBe(reasons[first]![0])
    }
    expect(judgeKey({ ...GOOD, opening: 'not-permitted' }, 0)).toBe('not-permitted')
  })
})

describe('an API token', () => {
  it('is read in both spellings and any case of the scheme', () => {
    const expected = { id: 12, secret: 'abc$d_e' }
    for (const header of ['apikey 12$abc$d_e', 'APIKey 12$abc$d_e', ' apikey  12_abc$d_e ']) {
      expect(parseAuthorization(header)).toEqual(expected)
    }
  })

  it.each([
    '',
    'apikey',
    'apikey 12',
    'Bearer 12$abc',
    'apikey $abc',
    'apikey 12$a b',
    'apikey -1$abc',
  ])('is not read from %j', (header) => {
    expect(parseAuthorization(header)).toBeUndefined()
  })

  it('matches its own digest only', () => {
    const secret = mintTokenSecret()
    const digest = tokenSecretDigest(secret)
    expect(parseAuthorization(`apikey ${formatToken({ id: 3, secret })}`)).toEqual({
      id: 3,
      secret,
    })
    expect(tokenMatches({ id: 1, secret }, digest)).toBe(true)
    expect(tokenMatches({ id: 1, secret: `${secret}x` }, digest)).toBe(false)
  })
})

describe('functions', () => {
  it('take the last part of the main method and 0 seconds for the longest timeout', () => {
    expect(methodName('module.handler')).toBe('handler')
    expect(methodName('handler')).toBe('handler')
    expect(timeoutMs(0)).toBe(180_000)
    expect(timeoutMs(3)).toBe(3_000)
  })

  it('have one version id per artifact, environment and flavor, whatever the order', () => {
    const artifact = { id: 'x', runtime: 'nodejs26', entry: 'handler.js', method: 'handler' }
    const of = (envs: Record<string, string>, flavor = '80mCPU-128MB') =>
      versionId({ artifact, envs, flavor })
    expect(of({ A: '1', B: '2' })).toBe(of({ B: '2', A: '1' }))
    const different = [of({}), of({ A: '1' }), of({ A: '2' }), of({}, '125mCPU-256MB')]
    expect(new Set(different).size).toBe(different.length)
  })

  it('find a flavor in both spellings and no other', () => {
    for (const flavor of FLAVORS) {
      expect(findFlavor(flavor.name)).toBe(flavor)
      expect(findFlavor(flavor.name.replace('mCPU', 'm'))).toBe(flavor)
    }
    for (const text of ['', '1mCPU-1MB', 'mCPU-MB', '80mCPU-128', '80MCPU-128MB']) {
      expect(findFlavor(text)).toBeUndefined()
    }
  })

  it.each([
    ['nothing to do', { min: 0, max: 5, inFlight: 0, queued: 0 }, 0],
    ['the minimum', { min: 2, max: 5, inFlight: 0, queued: 0 }, 2],
    ['one for the first request', { min: 0, max: 5, inFlight: 0, queued: 1 }, 1],
    ['another when the slots are used up', { min: 0, max: 5, inFlight: 10, queued: 1 }, 2],
    ['the maximum', { min: 0, max: 5, inFlight: 50, queued: 900 }, 5],
  ])('want %s', (_, { min, max, inFlight, queued }, wanted) => {
    const bounds = { minInstances: min, maxInstances: max }
    const load = { instances: 1, inFlight, queued, slotsPerInstance: 10 }
    expect(wantedInstances(bounds, load)).toBe(wanted)
  })
})

describe('public errors', () => {
  it('have a status of 400 or above and a sentence', () => {
    for (const [status, title] of Object.values(PUBLIC_ERRORS)) {
      expect(status).toBeGreaterThanOrEqual(400)
      expect(title).toMatch(/^[A-Z].*\.$/)
    }
  })

  it('make a problem with the members that clients read', () => {
    const error = new PublicError('name_taken', 'The name "a1" is already in use.')
    expect(error.status).toBe(409)
    expect(
      problemOf(error.code, 'req_1', error.message, [{ field: 'name', message: 'taken' }]),
    ).toEqual({
      type: 'urn:latchkey:error:name_taken',
      title: 'The name is already in use.',
      status: 409,
      detail: 'The name "a1" is already in use.',
      message: 'The name "a1" is already in use.',
      code: 'name_taken',
      request_id: 'req_1',
      errors: [{ field: 'name', message: 'taken' }],
    })
  })
})
