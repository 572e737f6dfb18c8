import { globSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { SettingTable } from '../../src/config/setting.ts'
import { SETTINGS } from '../../src/config/settings.ts'

const FOLDER = join(import.meta.dirname, '../../src/config')

test('no setting, variable or flag is there twice, and no table is left out', async () => {
  const tables: SettingTable[] = []
  for (const file of globSync('settings-*.ts', { cwd: FOLDER })) {
    const exported = (await import(join(FOLDER, file))) as Record<string, SettingTable>
    tables.push(...Object.values(exported))
  }
  const names = tables.flatMap((table) => Object.keys(table))
  expect(names.toSorted()).toEqual(SETTINGS.map(({ name }) => name).toSorted())
  const flags = SETTINGS.flatMap((setting) => (setting.flag === null ? [] : [setting.flag]))
  for (const words of [names, SETTINGS.map(({ env }) => env), flags]) {
    expect(new Set(words).size).toBe(words.length)
  }
})
