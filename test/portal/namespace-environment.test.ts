import { describe, expect, it } from 'vitest'
import { parseDotenv } from '../../portal/src/namespaces/dotenv.ts'
import { changeOf, environmentOf, faultsOf } from '../../portal/src/namespaces/environment.ts'
import {
  conflictFields,
  isUntouched,
  mergedEnvironment,
} from '../../portal/src/namespaces/environment-merge.ts'

const BASE = { envs: { CITY: 'Rome', MODE: 'fast' }, secretNames: ['PASSWORD'] }
const base = environmentOf(BASE)
const row = (name: string, value: string, id = 90) => ({ id, name, value })
const secretRow = (name: string, value: string, id = 91) => ({ id, name, value, isNew: true })

/** As somebody else has saved it. */
const theirs = (envs: Record<string, string>, secretNames = BASE.secretNames) => ({
  envs,
  secretNames,
})

describe('an environment that two have edited', () => {
  it('keeps the lines of both where they are others', () => {
    const mine = { ...base, plain: [...base.plain, row('MINE', '1')] }
    const there = theirs({ ...BASE.envs, THEIRS: '2' })
    expect(conflictFields(BASE, mine, there)).toEqual([
      { label: 'THEIRS', theirs: ['2'], mine: undefined },
    ])
    for (const take of ['mine', 'theirs'] as const) {
      const merged = mergedEnvironment(BASE, mine, there, take)
      expect(changeOf(there, merged)).toEqual({ envs: { ...there.envs, MINE: '1' } })
      expect(faultsOf(merged).size).toBe(0)
      const ids = [...merged.plain, ...merged.secret].map(({ id }) => id)
      expect(new Set(ids).size).toBe(ids.length)
    }
  })

  it('has whose line is taken where they have changed the same', () => {
    const mine = { ...base, plain: [row('CITY', 'Oslo', 0), row('OWN', '1')] }
    const there = theirs({ CITY: 'Bergen', MODE: '' })
    expect(conflictFields(BASE, mine, there)).toEqual([
      { label: 'CITY', theirs: ['Bergen'], mine: ['Oslo'] },
      { label: 'MODE', theirs: ['(empty)'], mine: ['(none)'] },
    ])
    expect(changeOf(there, mergedEnvironment(BASE, mine, there, 'theirs'))).toEqual({
      envs: { CITY: 'Bergen', MODE: '', OWN: '1' },
    })
    expect(changeOf(there, mergedEnvironment(BASE, mine, there, 'mine'))).toEqual({
      envs: { CITY: 'Oslo', OWN: '1' },
    })
  })

  it('never shows a secret value, and asks where both may have replaced it', () => {
    const mine = { ...base, secret: [{ ...base.secret[0]!, value: 'canary' }] }
    const same = theirs(BASE.envs)
    expect(isUntouched(BASE, base, same)).toBe(true)
    const fields = conflictFields(BASE, mine, same)
    expect(fields.map(({ label }) => label)).toEqual(['PASSWORD'])
    expect(JSON.stringify(fields)).not.toContain('canary')
    expect(changeOf(same, mergedEnvironment(BASE, mine, same, 'mine'))).toEqual({
      secret_envs: { PASSWORD: 'canary' },
    })
    expect(changeOf(same, mergedEnvironment(BASE, mine, same, 'theirs'))).toEqual({})
  })

  it('moves a value to the secret ones, and brings one back that they have removed', () => {
    const hidden = {
      plain: base.plain.filter(({ name }) => name !== 'CITY'),
      secret: [...base.secret, secretRow('CITY', 'Rome')],
    }
    const there = theirs({ ...BASE.envs, LATER: '1' }, [])
    expect(changeOf(there, mergedEnvironment(BASE, hidden, there, 'mine'))).toEqual({
      envs: { MODE: 'fast', LATER: '1' },
      secret_envs: { CITY: 'Rome' },
    })
    const kept = { ...base, secret: [{ ...base.secret[0]!, value: 'again' }] }
    const merged = mergedEnvironment(BASE, kept, there, 'mine')
    expect(merged.secret).toMatchObject([{ name: 'PASSWORD', value: 'again', isNew: true }])
  })

  it('keeps rows apart that have no name yet', () => {
    const mine = {
      plain: [...base.plain, row('', 'a', 10), row('', 'b', 11)],
      secret: [...base.secret, secretRow('', 'c', 12)],
    }
    const merged = mergedEnvironment(BASE, mine, theirs({ ...BASE.envs, THEIRS: '2' }), 'mine')
    const unnamed = [...merged.plain, ...merged.secret].filter(({ name }) => name === '')
    expect(unnamed.map(({ value }) => value)).toEqual(['a', 'b', 'c'])
    const ids = [...merged.plain, ...merged.secret].map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
  })
})

describe('what is wrong with an environment', () => {
  it('is said at the name or at the value', () => {
    const faults = faultsOf({
      plain: [row('', 'a', 1), row('1A', '', 2), row('A', 'x'.repeat(256), 3), row('B', '', 4)],
      secret: [secretRow('B', 'x', 5), secretRow('C', '', 6), secretRow('D', 'ö'.repeat(5_000), 7)],
    })
    const places = [...faults].map(([id, { at }]) => [id, at])
    expect(places).toEqual([
      [1, 'name'],
      [2, 'name'],
      [3, 'value'],
      [5, 'name'],
      [6, 'value'],
      [7, 'value'],
    ])
  })

  it('is nothing for as many emoji as the API takes', () => {
    expect(faultsOf({ plain: [row('A', '🗝'.repeat(255))], secret: [] }).size).toBe(0)
  })

  it('loses no value that is called like a part of every object', () => {
    const mine = { plain: [row('__proto__', 'a')], secret: [secretRow('constructor', 'b')] }
    const { envs, secret_envs } = changeOf({ envs: {}, secretNames: [] }, mine)
    expect(JSON.stringify({ envs, secret_envs })).toBe(
      '{"envs":{"__proto__":"a"},"secret_envs":{"constructor":"b"}}',
    )
  })
})

describe('a pasted .env file', () => {
  it('is read with quotes, comments and lines within', () => {
    const text = [
      '# of the shop',
      'CITY=Rome # the first',
      '  export MODE = fast',
      '',
      "PLAIN='a # \\n b'",
      'TEXT="say \\"hi\\"\\nthen $GO" # done',
      'KEY="-----BEGIN-----',
      'abc=',
      '-----END-----"',
      'EMPTY=',
      'no assignment',
      '1WRONG=x',
      'URL=https://example.com/?a=b#c',
    ]
    for (const end of ['\n', '\r\n']) {
      expect(parseDotenv(text.join(end))).toEqual([
        ['CITY', 'Rome'],
        ['MODE', 'fast'],
        ['PLAIN', 'a # \\n b'],
        ['TEXT', 'say "hi"\nthen $GO'],
        ['KEY', '-----BEGIN-----\nabc=\n-----END-----'],
        ['EMPTY', ''],
        ['URL', 'https://example.com/?a=b#c'],
      ])
    }
  })

  it.each(['', 'NAME', 'two words', '"quoted"', '='])('is none for %j', (text) => {
    expect(parseDotenv(text)).toEqual([])
  })
})
