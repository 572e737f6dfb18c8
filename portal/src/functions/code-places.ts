import type { CodePlace } from '../ui/code-editor.tsx'
import { dependencyFile, mainFile } from './code-names.ts'
import { type Part, partsOf, pathOf, type Source } from './code-source.ts'

/** A place in the source that a build speaks of. */
export interface FaultPlace extends CodePlace {
  readonly part: Part
}

/** A piece of a line of build output: text, or a place that can be gone to. */
export interface OutputPiece {
  readonly text: string
  readonly place?: FaultPlace
}

/** `handler.js:3:5`, `./io/kubeless/Module.java:2`, `File "handler.py", line 2`. */
const PLACE =
  /File "(?<quoted>[^"]+)", line (?<quotedLine>\d+)|(?<path>[\w@./+-]+\.\w+):(?<line>\d+)(?::(?<column>\d+))?/g
/** Of a `package.json`, which is read before anything is built. */
const JSON_PLACE = /dependencies.*\((?<text>line (?<line>\d+) column (?<column>\d+))\)/

/** The line with the places in it that lie in the source. */
export function piecesOf(line: string, source: Source, runtime: string): OutputPiece[] {
  const inJson = JSON_PLACE.exec(line)?.groups
  if (inJson !== undefined) {
    const at = line.indexOf(inJson.text!)
    const place = { part: 'dependencies', ...numbers(inJson.line, inJson.column) } as const
    return cut(line, [{ at, text: inJson.text!, place }])
  }
  const found = []
  for (const match of line.matchAll(PLACE)) {
    const groups = match.groups!
    const part = partOf(groups.quoted ?? groups.path!, source, runtime)
    if (part === undefined) continue
    const place = { part, ...numbers(groups.quotedLine ?? groups.line, groups.column) }
    found.push({ at: match.index, text: match[0], place })
  }
  return cut(line, found)
}

/** The first place that the output names. */
export function firstPlace(
  lines: readonly string[],
  source: Source,
  runtime: string,
): FaultPlace | undefined {
  for (const line of lines) {
    const piece = piecesOf(line, source, runtime).find(({ place }) => place !== undefined)
    if (piece !== undefined) return piece.place
  }
  return undefined
}

/** A path as a tool wrote it may begin with folders of the build's own. */
function partOf(written: string, source: Source, runtime: string): Part | undefined {
  const path = written.replace(/^\.\//, '')
  const parts = partsOf(source).filter((part) => part.startsWith('files/'))
  const exact = parts.find((part) => pathOf(part) === path)
  if (exact !== undefined) return exact
  const name = path.slice(path.lastIndexOf('/') + 1)
  if (name === mainFile(runtime, source.code_text) || /^handler\.[jt]s$/.test(name)) {
    return 'code_text'
  }
  if (name === dependencyFile(runtime)) return 'dependencies'
  return parts.find((part) => path.endsWith(`/${pathOf(part)}`))
}

function numbers(line: string | undefined, column: string | undefined) {
  return { line: Number(line), ...(column !== undefined && { column: Number(column) }) }
}

function cut(
  line: string,
  found: readonly { readonly at: number; readonly text: string; readonly place: FaultPlace }[],
): OutputPiece[] {
  const pieces: OutputPiece[] = []
  let from = 0
  for (const { at, text, place } of found) {
    if (at > from) pieces.push({ text: line.slice(from, at) })
    pieces.push({ text, place })
    from = at + text.length
  }
  if (from < line.length || pieces.length === 0) pieces.push({ text: line.slice(from) })
  return pieces
}
