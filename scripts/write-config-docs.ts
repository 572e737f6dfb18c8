/** Writes the reference part of docs/configuration.md from the table of settings. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { SETTINGS } from '../src/config/settings.ts'
import { replaceMarked } from './marked-part.ts'

const PATH = join(import.meta.dirname, '../docs/configuration.md')
const MARKS = {
  begin: '<!-- settings: written by scripts/write-config-docs.ts -->',
  end: '<!-- end of settings -->',
}

/** The page with its reference part made anew. */
export function renderPage(page: string): string {
  return replaceMarked(page, MARKS, renderSettings())
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
