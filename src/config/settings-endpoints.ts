import { parseAddressRange } from '../lib/addresses.ts'
import { list, type SettingTable, text } from './setting.ts'

const DOMAIN =
  /^(?=.{1,190}$)([a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)(\.[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)*$/

/** Under which addresses functions are called, and through whom. */
export const ENDPOINTS = {
  publicUrl: text(
    {
      env: 'LATCHKEY_PUBLIC_URL',
      flag: '--public-url',
      placeholder: 'url',
      default: '',
      defaultText: 'http(s)://<host>:<gateway port>',
      expects: 'an http:// or https:// URL without query and fragment',
      sentence: "The base of every function's endpoint, as callers reach the gateway.",
    },
    isBaseUrl,
  ),
  domain: text(
    {
      env: 'LATCHKEY_DOMAIN',
      flag: '--domain',
      placeholder: 'name',
      default: '',
      defaultText: 'none: endpoints by path',
      expects: 'a domain name in lower case, such as fn.example.org',
      sentence: 'Gives every function a host of its own, one label below this domain.',
    },
    (value) => value === '' || DOMAIN.test(value),
  ),
  trustedProxies: list(
    {
      env: 'LATCHKEY_TRUSTED_PROXIES',
      flag: '--trusted-proxies',
      placeholder: 'addresses',
      defaultText: 'none',
      expects: 'IP addresses and ranges such as 10.0.0.0/8 or 2001:db8::/32, separated by commas',
      sentence:
        'Who is believed when it says in X-Forwarded-* or, to the gateway, Forwarded for whom it calls.',
    },
    (part) => parseAddressRange(part) !== undefined,
  ),
} satisfies SettingTable

function isBaseUrl(value: string): boolean {
  if (value === '') return true
  const url = URL.canParse(value) ? new URL(value) : undefined
  if (url === undefined || !['http:', 'https:'].includes(url.protocol)) return false
  return url.search === '' && url.hash === '' && url.username === '' && url.password === ''
}
