import { describe, expect, it } from 'vitest'
import { withLine } from '../../portal/src/functions/build-lines.ts'
import { LogLines, ROWS_MAX } from '../../portal/src/functions/log-lines.ts'
import { plainText } from '../../portal/src/functions/plain-text.ts'
import { scheduleWords } from '../../portal/src/functions/schedule-words.ts'
import { draftFrom, searchOf } from '../../portal/src/functions/test-beginning.ts'
import {
  curlOf,
  FIRST_DRAFT,
  pathOf,
  requestOf,
  sentFileOf,
} from '../../portal/src/functions/test-request.ts'
import { changeOf, draftOf } from '../../portal/src/functions/trigger-draft.ts'
import type { TriggerSerializer } from '../../src/client/types.ts'

describe('a schedule in words', () => {
  it.each([
    ['* * * * *', 'Every minute'],
    ['*/5 * * * *', 'Every 5 minutes'],
    ['0 * * * *', 'Every hour, on the hour'],
    ['15,45 * * * *', 'Every hour, at minutes 15 and 45'],
    ['30 2 * * *', 'At 02:30 every day'],
    ['0 6,18 * * 1-5', 'At 06:00 and 18:00 on Monday to Friday'],
    ['0 6 1 * *', 'At 06:00 on day 1 of the month'],
    ['0 0 1 jan *', 'At 00:00 on day 1 of the month in January'],
    ['0 0 * * 0,7', 'At 00:00 on Sunday'],
    ['*/10 8-18 * * *', 'Every 10 minutes in hours 8 to 18'],
    ['*/15 * * * * *', 'Every 15 seconds'],
    ['0 30 2 * * *', 'At 02:30 every day'],
  ])('%s', (schedule, words) => {
    expect(scheduleWords(schedule)).toBe(words)
  })

  it('is none for what has not the fields of one', () => {
    expect(scheduleWords('now and then')).toBeUndefined()
    expect(scheduleWords('')).toBeUndefined()
  })
})

describe('the change of a trigger', () => {
  it('has what was changed alone', () => {
    const trigger: TriggerSerializer = {
      id: 'trg_1',
      name: 'nightly',
      schedule: '0 6 * * *',
      timezone: 'Europe/Rome',
      method: 'POST',
      path: '/',
      headers: { 'x-mine': 'yes' },
      body: null,
      enabled: true,
      next_run_at: null,
      last_run: null,
      created_at: '2026-01-01T00:00:00Z',
      updated_at: '2026-01-01T00:00:00Z',
    }
    const draft = draftOf(trigger, 'UTC')
    expect(changeOf(trigger, draft)).toEqual({})
    expect(changeOf(trigger, { ...draft, path: ' /a ', body: 'b', headers: [] })).toEqual({
      path: '/a',
      body: 'b',
      headers: {},
    })
  })
})

describe('what a test begins with', () => {
  it('is what the address says, and nothing else of it', () => {
    const beginning = {
      method: 'POST',
      path: '/a?b=1&c',
      body: '{"d": "é&"}',
      key: 'till',
    } as const
    const search = searchOf(beginning)
    expect(draftFrom(new URLSearchParams(search))).toEqual({ ...FIRST_DRAFT, ...beginning })
    expect(draftFrom(new URLSearchParams('method=TRACE&path=&key=&other=1'))).toEqual(FIRST_DRAFT)
    expect(searchOf({ key: undefined })).toBe('')
  })
})

describe('what a test sends', () => {
  it('is escaped where no URL holds it, and begins with a slash', () => {
    expect(pathOf('a b/é#c?d={"e"}')).toBe('/a%20b/%C3%A9%23c?d={"e"}')
    expect(pathOf('/../%2e\ud800')).toBe('/../%2e%EF%BF%BD')
    expect(pathOf('')).toBe('/')
  })

  it('leaves out empty rows, and the body where there is none', () => {
    const headers = [
      { id: 1, name: ' ', value: '' },
      { id: 2, name: 'x-mine ', value: '1' },
    ]
    const draft = { ...FIRST_DRAFT, headers, body: '{}' }
    expect(requestOf(draft)).toMatchObject({
      headers: [{ name: 'x-mine', value: '1' }],
      body: '',
    })
    expect(requestOf({ ...draft, method: 'POST' }).headers).toEqual([
      { name: 'x-mine', value: '1' },
      { name: 'content-type', value: 'application/json' },
    ])
  })

  it('is the chosen file in Base64, with its type; without one, nothing', () => {
    const source = new File(['\xff'], 'a.png', { type: 'image/png' })
    const file = { source, base64: '/w==' }
    const draft = { ...FIRST_DRAFT, method: 'PUT' as const, body: 'kept', sendsFile: true, file }
    expect(requestOf({ ...draft, fileType: 'image/png' })).toMatchObject({
      body: '/w==',
      body_encoding: 'base64',
      headers: [{ name: 'content-type', value: 'image/png' }],
    })
    expect(requestOf({ ...draft, file: null })).toMatchObject({ body: '', headers: [] })
    expect(requestOf({ ...draft, sendsFile: false })).toMatchObject({
      body: 'kept',
      body_encoding: 'text',
    })
    expect(sentFileOf(draft)).toBe('a.png')
    expect(sentFileOf({ ...draft, method: 'GET' })).toBeUndefined()
  })

  it('is no file of the shell when text begins with its sign for one', () => {
    const request = { method: 'POST' as const, path: '/', headers: [], body: '@me', key: null }
    expect(curlOf('http://x', request)).toContain("--data-raw '@me'")
    expect(curlOf('http://x', request, 'a.png')).toContain("--data-binary '@a.png'")
  })

  it('is the same call in a shell, whatever stands in it', () => {
    const request = {
      method: 'POST' as const,
      path: '/a/../b',
      headers: [{ name: 'x-mine', value: "it's $HOME" }],
      body: "'; rm -rf /; '",
      key: 'caller',
    }
    const curl = curlOf('http://127.0.0.1:8081/f', request)
    expect(curl).toContain("curl -i 'http://127.0.0.1:8081/f/a/../b'")
    expect(curl).toContain('--path-as-is')
    expect(curl).toContain('-H "X-API-Key: $LATCHKEY_API_KEY"')
    expect(curl).toContain(`-H 'x-mine: it'\\''s $HOME'`)
    expect(curl).toContain(`--data-binary ''\\''; rm -rf /; '\\'''`)
  })
})

describe('lines of a log', () => {
  const line = (Message: string) => ({ Time: '2026-08-22T11:21:00Z', Pod: 'a', Message })

  it('lose what is meant for terminals', () => {
    const colours = '\u001b[1;31mred\u001b[0m\ttab \u001b]0;title\u0007done\u0000\u009b'
    expect(plainText(colours)).toBe('red\ttab done')
  })

  it('are kept up to a bound, the newest', () => {
    const lines = new LogLines()
    for (let i = 0; i < ROWS_MAX + 5_000; i++) lines.add(line(String(i)))
    expect(lines.count).toBeLessThan(ROWS_MAX + 2_000)
    expect(lines.count + lines.dropped).toBe(ROWS_MAX + 5_000)
    lines.setFilter({ search: String(ROWS_MAX + 4_999), version: '' })
    expect(lines.shown().map(({ text }) => text)).toEqual([String(ROWS_MAX + 4_999)])
  })
})

describe('the output of a build', () => {
  it('has the lines without the colours of a terminal, and none of nothing else', () => {
    const said = ['Running mvn', '\x1b[0m\x1b[0m', '', '\x1b[31mred\x1b[0m']
    expect(said.reduce<readonly string[]>(withLine, [])).toEqual(['Running mvn', '', 'red'])
  })
})
