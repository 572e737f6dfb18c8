/** Writes the reference part of docs/configuration.md from the table of settings. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { SETTINGS } from '../src/config/settings.ts'

const PATH = join(import.meta.dirname, '../docs/configuration.md')
const BEGIN = '<!-- settings: written by scripts/write-config-docs.ts -->'
const END = '<!-- end of settings -->'

/** The page with its reference part made anew. */
export function renderPage(page: string): string {
  const [before, rest] = page.split(BEGIN)
  const after = rest?.split(END)[1]
  if (before === undefined || after === undefined) throw new Error(`${PATH} has lost its marks`)
  return `${before}${BEGIN}\n\n${renderSettings()}\n${END}${after}`
}

function renderSettings(): string {
  return SETTINGS.map((setting) => {
    const value = setting.placeholder === null ? '' : ` <${setting.placeholder}>`
    const flag =
      setting.flag === null
        ? 'none: secrets do not belong in arguments'
        : `\`${setting.flag}${value}\``
    return [
      `### \`${setting.env}\``,
      '',
      setting.sentence,
      '',
      `- Flag: ${flag}`,
      `- In the file: \`${setting.name}\``,
      `- Must be: ${setting.expects}`,
      `- Default: ${setting.defaultText}`,
      '',
    ].join('\n')
  }).join('\n')
}

if (import.meta.main) writeFileSync(PATH, renderPage(readFileSync(PATH, 'utf8')))
