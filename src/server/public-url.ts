import type { Settings } from '../config/settings.ts'
import { apiCertificates, hasTls } from '../gateway/certificates.ts'

/** The base of endpoints: the setting, or the gateway's own address. Without a slash at the end. */
export function publicUrl(settings: Settings): string {
  if (settings.publicUrl !== '') return settings.publicUrl.replace(/\/+$/, '')
  const scheme = hasTls(settings) ? 'https' : 'http'
  return `${scheme}://${addressOf(settings.host, settings.gatewayPort)}`
}

/** Where a person or the command line reaches the REST API on this machine. */
export function apiUrl(settings: Settings): string {
  const scheme = hasTls(apiCertificates(settings)) ? 'https' : 'http'
  return `${scheme}://${addressOf(settings.host, settings.apiPort)}`
}

/** Undefined when there is none. */
export function metricsUrl({ metricsHost, metricsPort }: Settings): string | undefined {
  if (metricsPort === null) return undefined
  return `http://${addressOf(metricsHost, metricsPort)}/metrics`
}

function addressOf(host: string, port: number): string {
  const reachable = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host
  return `${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`
}
