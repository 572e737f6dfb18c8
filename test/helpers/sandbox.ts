import { mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findSandbox } from '../../src/sandbox/find.ts'
import type { Sandbox } from '../../src/sandbox/sandbox.ts'

/** The best sandbox of this machine. */
export async function machineSandbox(hidden: readonly string[] = []): Promise<{
  readonly sandbox: Sandbox
  readonly folder: string
  close(): Promise<void>
}> {
  const folder = mkdtempSync(join(tmpdir(), 'lk-sandbox-'))
  const sandbox = await findSandbox({ wanted: 'auto', folder, hidden, preparedNetworks: 1 })
  return {
    sandbox,
    folder,
    async close() {
      await sandbox.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
