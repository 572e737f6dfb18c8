import type { FunctionSerializer } from '../../../src/client/types.ts'
import { CODE_CHARS_MAX, FILES_BYTES_MAX } from '../../../src/domain/function-limits.ts'

/** What a deployment builds, as the API names it. */
export interface Source {
  readonly code_text: string
  readonly files: Readonly<Record<string, string>>
  readonly dependencies: string
  readonly main_method: string
}

/** A text of the source, as the API's differences name it: `code_text`, `dependencies`, `files/<path>`. */
export type Part = 'code_text' | 'dependencies' | `files/${string}`

export function sourceOf(fn: FunctionSerializer): Source {
  const { code_text, files, dependencies, main_method } = fn
  return { code_text, files, dependencies, main_method }
}

/** In the order of the list; the dependencies are there even when they are empty. */
export function partsOf(source: Pick<Source, 'files'>): Part[] {
  const paths = Object.keys(source.files).sort()
  return ['code_text', ...paths.map((path) => `files/${path}` as const), 'dependencies']
}

/** Undefined when there is no such part. */
export function textOf(source: Source, part: Part): string | undefined {
  if (part === 'code_text' || part === 'dependencies') return source[part]
  const path = pathOf(part)
  return Object.hasOwn(source.files, path) ? source.files[path] : undefined
}

export function withText(source: Source, part: Part, text: string): Source {
  if (part === 'code_text' || part === 'dependencies') return { ...source, [part]: text }
  return { ...source, files: { ...source.files, [pathOf(part)]: text } }
}

export function withoutFile(source: Source, path: string): Source {
  return {
    ...source,
    files: Object.fromEntries(Object.entries(source.files).filter(([other]) => other !== path)),
  }
}

export function pathOf(part: Part): string {
  return part.slice('files/'.length)
}

export function isSameSource(a: Source, b: Source): boolean {
  return a.main_method === b.main_method && changedParts(a, b).length === 0
}

/** Those that are not the same in both, the ones that only one of them has among them. */
export function changedParts(a: Source, b: Source): Part[] {
  const all = new Set([...partsOf(a), ...partsOf(b)])
  return [...all].filter((part) => textOf(a, part) !== textOf(b, part))
}

/** What the server would refuse, in sentences, by the part that it is about. */
export function sourceErrors(source: Source): { readonly part: Part; readonly message: string }[] {
  const errors: { part: Part; message: string }[] = []
  if (source.code_text === '') {
    errors.push({ part: 'code_text', message: 'The code must not be empty.' })
  }
  for (const part of ['code_text', 'dependencies'] as const) {
    const { length } = source[part]
    if (length > CODE_CHARS_MAX) {
      const what = part === 'code_text' ? 'The code' : 'The text of the dependencies'
      errors.push({
        part,
        message: `${what} has ${length.toLocaleString()} characters; at most ${CODE_CHARS_MAX.toLocaleString()} fit. Move some of it to another file.`,
      })
    }
  }
  const bytes = filesBytes(source.files)
  if (bytes > FILES_BYTES_MAX) {
    const part: Part = `files/${Object.keys(source.files)[0]}`
    errors.push({
      part,
      message: `The further files have ${bytes.toLocaleString()} bytes together; at most ${FILES_BYTES_MAX.toLocaleString()} fit.`,
    })
  }
  return errors
}

function filesBytes(files: Source['files']): number {
  const encoder = new TextEncoder()
  return Object.entries(files).reduce(
    (sum, [path, text]) => sum + encoder.encode(path).length + encoder.encode(text).length,
    0,
  )
}
