import { describe, expect, it } from 'vitest'
import { parseJsonBody } from '../../src/api/json-body.ts'
import { PublicError } from '../../src/domain/errors.ts'

function refusal(body: string | Buffer): PublicError {
  try {
    parseJsonBody(Buffer.from(body as string))
  } catch (error) {
    expect(error).toBeInstanceOf(PublicError)
    return error as PublicError
  }
  throw new Error('the body was accepted')
}

describe('parseJsonBody', () => {
  it('reads what JSON can say', () => {
    const text = '{"a":[1,"ü",null,true],"constructor":"x","😀":{}}'
    expect(parseJsonBody(Buffer.from(text))).toEqual(JSON.parse(text))
  })

  it.each(['', '{', '{"a":1,}', "{'a':1}", '{"a":NaN}', 'undefined', '{"a":"\n"}', '[1] x'])(
    'refuses %j as invalid JSON, without quoting it',
    (text) => {
      const error = refusal(text)
      expect(error.code).toBe('invalid_json')
      expect(error.message).toBe('The request body is not valid JSON.')
    },
  )

  it('refuses bytes that are not UTF-8', () => {
    expect(refusal(Buffer.from([0x22, 0xff, 0x22])).code).toBe('invalid_json')
  })

  it('names the field that holds NUL or half a surrogate pair', () => {
    expect(refusal('{"a":{"b":["x","\\u0000"]}}').fields[0]?.field).toBe('a.b.1')
    expect(refusal('{"a":"\\ud83d"}').fields[0]?.field).toBe('a')
    expect(refusal('{"a":{"\\ud83d":1}}').code).toBe('invalid_body')
  })

  it('refuses __proto__ as a name at every depth', () => {
    expect(refusal('{"__proto__":{"admin":true}}').fields[0]?.field).toBe('__proto__')
    expect(refusal('{"envs":{"__proto__":"x"}}').fields[0]?.field).toBe('envs.__proto__')
    expect(refusal('{"envs":{"\\u005f_proto__":"x"}}').fields[0]?.field).toBe('envs.__proto__')
  })

  it('refuses what is nested or split too far, however far', () => {
    expect(refusal('['.repeat(20) + ']'.repeat(20)).message).toContain('deeper than 16 levels')
    const deep = 500_000
    expect(refusal('['.repeat(deep) + ']'.repeat(deep)).message).toContain('deeper than 16 levels')
    expect(refusal(`[${'1,'.repeat(20_000)}1]`).message).toContain('more than 20000 members')
  })
})
