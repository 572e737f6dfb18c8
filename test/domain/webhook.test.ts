import { describe, expect, it } from 'vitest'
import { retryDelayMs } from '../../src/domain/delivery.ts'
import { isMailAddress, parseSender } from '../../src/domain/mail-address.ts'
import { parseSmtpUrl } from '../../src/domain/smtp-url.ts'
import { auditedUrl, maskedUrl, webhookUrlFault } from '../../src/domain/webhook.ts'
import { hostRule, parseHostPart } from '../../src/domain/webhook-hosts.ts'

const HOUR_MS = 3_600_000

describe('the URL of a webhook', () => {
  it.each(['https://example.com/', 'http://user:pw@[2001:db8::1]:8080/a?b=c'])(
    'may be %s',
    (url) => {
      expect(webhookUrlFault(url)).toBeUndefined()
    },
  )

  it.each([
    '',
    'example.com',
    'ftp://example.com/',
    'javascript:alert(1)',
    'http:example.com',
    'http:///example.com',
    'https:\\\\example.com',
    ' http://example.com',
    'http://exa\nmple.com/',
    'http://example.com/a b',
    'https://a/#b',
    'http://x:***@a/',
    'http://%ff:x@a/',
  ])('may not be %s', (url) => {
    expect(webhookUrlFault(url)).toMatch(/^must /)
  })

  it('is shown without its password, and audited without anything that may be a secret', () => {
    const url = 'https://user:pw@example.com:8443/path?token=x'
    expect(maskedUrl(url)).toBe('https://user:***@example.com:8443/path?token=x')
    expect(maskedUrl('https://token@example.com/')).toBe('https://***@example.com/')
    expect(maskedUrl('https://example.com/?a=b')).toBe('https://example.com/?a=b')
    expect(auditedUrl(url)).toBe('https://***@example.com:8443/path?***')
    expect(auditedUrl('http://example.com/')).toBe('http://example.com/')
  })
})

describe('delays between attempts', () => {
  it('grow, are spread a tenth to both sides, and end after about three days', () => {
    const steps = (random: number) =>
      Array.from({ length: 9 }, (_, i) => retryDelayMs(i + 1, null, () => random)!)
    expect(steps(0.5).slice(0, 5)).toEqual([5_000, 30_000, 120_000, 900_000, HOUR_MS])
    expect(steps(0)[0]).toBe(4_500)
    expect(steps(1)[0]).toBe(5_500)
    const hours = steps(0.5).reduce((sum, ms) => sum + ms, 0) / HOUR_MS
    expect(hours).toBeGreaterThan(71)
    expect(hours).toBeLessThan(73)
    expect(retryDelayMs(10)).toBeUndefined()
  })

  it('are as long as the receiver asks, up to a day and never shorter', () => {
    expect(retryDelayMs(1, 60_000, () => 0.5)).toBe(60_000)
    expect(retryDelayMs(1, 1_000, () => 0.5)).toBe(5_000)
    expect(retryDelayMs(1, 99 * HOUR_MS, () => 0.5)).toBe(24 * HOUR_MS)
    expect(retryDelayMs(10, 60_000)).toBeUndefined()
  })
})

describe('hosts of webhooks', () => {
  it('are of the internet, and those that are named', () => {
    const rule = hostRule(['external', '10.1.0.0/16', 'fd00:1::/32', 'hooks.internal'])
    expect(rule.allowsAddress('8.8.8.8')).toBe(true)
    expect(rule.allowsAddress('10.1.2.3')).toBe(true)
    expect(rule.allowsAddress('::ffff:10.1.2.3')).toBe(true)
    expect(rule.allowsAddress('10.2.2.3')).toBe(false)
    expect(rule.allowsAddress('fd00:1::5')).toBe(true)
    expect(rule.allowsName('Hooks.Internal.')).toBe(true)
    expect(rule.allowsName('x.hooks.internal')).toBe(false)
    expect(rule.mayAllow('[::1]')).toBe(false)
    expect(rule.mayAllow('localhost')).toBe(false)
    expect(rule.mayAllow('any.example')).toBe(true)
    expect(hostRule(['127.0.0.1']).mayAllow('localhost')).toBe(true)
    expect(hostRule(['all']).allowsAddress('127.0.0.1')).toBe(true)
  })

  it.each(['10.1.0.0/33', '300.1.1.1', 'a b', 'http://x', 'host:80', '*.example', ''])(
    'are not written %s',
    (part) => {
      expect(parseHostPart(part)).toBeUndefined()
    },
  )
})

describe('mail addresses', () => {
  it.each(['a@b', 'keys+x@sub.example.com', "o'neil@example.com"])('may be %s', (address) => {
    expect(isMailAddress(address)).toBe(true)
  })

  it.each([
    '',
    'a',
    '@b',
    'a@',
    'a b@c',
    'a@b\r\nBcc: x@y',
    'a@b,c@d',
    '<a@b>',
    'a..b@c',
    '"a"@b',
    `${'a'.repeat(65)}@b`,
    `a@${'b.'.repeat(130)}c`,
  ])('may not be %j', (address) => {
    expect(isMailAddress(address)).toBe(false)
  })

  it('of a sender may have a name', () => {
    expect(parseSender('Latchkey <keys@example.com>')).toEqual({
      name: 'Latchkey',
      address: 'keys@example.com',
    })
    expect(parseSender('keys@example.com')).toEqual({ name: '', address: 'keys@example.com' })
    expect(parseSender('a\n <keys@example.com>')).toBeUndefined()
    expect(parseSender('keys@example.com, x@y.z')).toBeUndefined()
  })
})

describe('the URL of a mail server', () => {
  it.each([
    [
      'smtps://u:p%40@mail.example',
      { port: 465, tls: 'implicit', login: { user: 'u', password: 'p@' } },
    ],
    ['smtp://u:p@mail.example:25', { port: 25, tls: 'required' }],
    ['smtp://mail.example', { host: 'mail.example', port: 587, tls: 'offered', login: null }],
    ['smtp://u:p@127.0.0.1?tls=off', { tls: 'off' }],
    ['smtp://[::1]:25', { host: '::1' }],
  ] as const)('is read: %s', (url, server) => {
    expect(parseSmtpUrl(url)).toMatchObject(server)
  })

  it.each([
    'mail.example',
    'http://mail.example',
    'smtp://',
    'smtp://a/b',
    'smtp://a?tls=maybe',
    'smtps://a?tls=off',
    'smtp://u:%@a',
  ])('is refused: %s', (url) => {
    expect(parseSmtpUrl(url)).toBeUndefined()
  })
})
