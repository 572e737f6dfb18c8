import { rmSync } from 'node:fs'
import type { Settings } from '../config/settings.ts'
import { replaceFile } from '../lib/atomic-file.ts'
import { dataPaths } from './paths.ts'
import { apiUrl, metricsUrl, publicUrl } from './public-url.ts'

export interface AnnouncementOptions {
  readonly settings: Settings
  readonly version: string
  /** Writes to standard output. */
  print(text: string): Promise<boolean>
}

/** Tells people with a line, and tools on this machine with a file, where the server listens. */
export class Announcement {
  readonly #options: AnnouncementOptions
  #isMade = false

  constructor(options: AnnouncementOptions) {
    this.#options = options
  }

  /** Whether the server has ever served. */
  get isMade(): boolean {
    return this.#isMade
  }

  make(): void {
    const { settings } = this.#options
    const info = {
      pid: process.pid,
      apiUrl: apiUrl(settings),
      gatewayUrl: publicUrl(settings),
      metricsUrl: metricsUrl(settings),
    }
    // Each time anew: its folder may have been removed.
    replaceFile(this.#infoPath, `${JSON.stringify(info)}\n`)
    if (this.#isMade) return
    this.#isMade = true
    this.#options.print(this.#line(info))
  }

  /** The file is gone when the server is. */
  withdraw(): void {
    if (this.#isMade) rmSync(this.#infoPath, { force: true })
  }

  #line(urls: { apiUrl: string; gatewayUrl: string; metricsUrl: string | undefined }): string {
    const places = {
      all: `REST API ${urls.apiUrl}, functions ${urls.gatewayUrl}`,
      control: `REST API ${urls.apiUrl}`,
      data: `functions ${urls.gatewayUrl}`,
    }
    const metrics = urls.metricsUrl === undefined ? '' : `, metrics ${urls.metricsUrl}`
    const { settings, version } = this.#options
    return `Latchkey ${version} listens: ${places[settings.role]}${metrics}\n`
  }

  /** One for each role that runs alone beside the other on one data directory. */
  get #infoPath(): string {
    const { dataDir, role } = this.#options.settings
    return dataPaths(dataDir).serveInfo(role)
  }
}
