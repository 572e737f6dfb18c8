const NAME = '[ \\t]*(?:export[ \\t]+)?([A-Za-z_][A-Za-z0-9_]*)[ \\t]*=[ \\t]*'
const QUOTED = `"((?:[^"\\\\]|\\\\.)*)"|'([^']*)'`
const LINE = new RegExp(`^${NAME}(?:(?:${QUOTED})[ \\t]*(?:#.*)?|(.*))$`, 'gm')

const ESCAPED: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' }

/**
 * The assignments of a `.env` file, in their order: quotes, `export` and comments are understood, nothing
 * is expanded. Empty when the text has none.
 */
export function parseDotenv(text: string): [name: string, value: string][] {
  return [...text.replaceAll('\r\n', '\n').matchAll(LINE)].map(
    ([, name = '', double, single, bare]) => [
      name,
      double?.replace(/\\(.)/gs, (_, char: string) => ESCAPED[char] ?? char) ??
        single ??
        (bare ?? '').replace(/(^|[ \t])#.*$/, '').trim(),
    ],
  )
}
