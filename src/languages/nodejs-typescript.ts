import { posix } from 'node:path'

const TYPESCRIPT_NAME = /\.([cm]?)ts$/
const DECLARATIONS_NAME = /\.d\.[cm]?ts$/
/** A quoted relative path that ends like TypeScript, all on one line. */
const QUOTED_PATH = /(["'`])(\.{1,2}\/[^"'`\n\\]*)\.([cm]?)ts\1/g

export function isTypeScript(path: string): boolean {
  return TYPESCRIPT_NAME.test(path) && !DECLARATIONS_NAME.test(path)
}

export function isScript(path: string): boolean {
  return /\.[cm]?js$/.test(path) || isTypeScript(path)
}

/** `lib/a.mts` becomes `lib/a.mjs`; any other name stays. */
export function javaScriptName(path: string): string {
  return path.replace(TYPESCRIPT_NAME, '.$1js')
}

/**
 * Where the text, which is that of the file `from`, names one of the files by a relative path, that file's
 * JavaScript name. All positions stay as they are.
 */
export function namedAsJavaScript(text: string, from: string, files: readonly string[]): string {
  const own = new Set(files)
  const folder = posix.dirname(from)
  return text.replaceAll(QUOTED_PATH, (quoted, quote, path, kind) =>
    own.has(posix.join(folder, `${path}.${kind}ts`)) ? `${quote}${path}.${kind}js${quote}` : quoted,
  )
}
