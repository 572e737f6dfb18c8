import { readFileSync } from 'node:fs'
import { rename, rm, writeFile } from 'node:fs/promises'
import { deliveryWire, parseDelivery, type UsageDelivery } from './usage-delivery.ts'

/**
 * The deliveries that control has not taken yet, where the next run of the node finds them. Each keeps
 * its number, so that one which control had taken without the node learning of it counts nothing.
 */
export class UsageFile {
  readonly #path: string

  constructor(path: string) {
    this.#path = path
  }

  /** Throws when there is a file that cannot be read. */
  load(): UsageDelivery[] {
    const text = readIfThere(this.#path)
    if (text === undefined) return []
    const values = JSON.parse(text) as unknown[]
    const deliveries = values.map(parseDelivery)
    if (deliveries.includes(undefined)) throw new Error(`${this.#path} holds something else`)
    return deliveries as UsageDelivery[]
  }

  /** Whole or not at all. Not synced: a power cut may take it, the end of the process does not. */
  async save(deliveries: readonly UsageDelivery[]): Promise<void> {
    const beside = `${this.#path}.tmp`
    await writeFile(beside, JSON.stringify(deliveries.map(deliveryWire)), { mode: 0o600 })
    await rename(beside, this.#path)
  }

  async remove(): Promise<void> {
    await rm(this.#path, { force: true })
  }
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
