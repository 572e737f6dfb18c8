const POSITION = /^(?:vet: )?(?:\.\/)?([^\s:]+:\d+(?::\d+)?): (.*)$/
/** Go tells on the same stream what it fetches. */
const PROGRESS = /^go: (?:downloading|finding|found|added|upgraded|extracting|to add) /
/** How it came to a package that cannot be built, and why that is. */
const IMPORTED = /^\timports [^:]*: (.*)$/
const GENERATED = /^(?:_latchkey\/|latchkey_main\.go)/

/**
 * The first error that Go wrote, with file and line: `handler.go:3:5: undefined: x`.
 * @param method what the generated part of the program asks of the package
 */
export function compilerReason(output: string, method = 'the main method'): string {
  const lines = output.split('\n').map((line) => line.trimEnd())
  const errors = lines.filter(
    (line) => line !== '' && !line.startsWith('#') && !PROGRESS.test(line),
  )
  const placed = errors.find((line) => POSITION.test(line) || IMPORTED.test(line))
  const first = placed ?? errors.find((line) => line.startsWith('go: ')) ?? errors[0]
  if (first === undefined) return 'go build has failed and said nothing'
  const imported = IMPORTED.exec(first)?.[1]
  if (imported !== undefined) return withoutEnd(withoutPaths(imported))
  const [, place = '', text = first] = POSITION.exec(first) ?? []
  if (GENERATED.test(place)) return reasonOfMethod(text, method)
  const beside = errors.find((line) => line.includes('latchkey_main.go') && line !== first)
  if (/^main redeclared/.test(text) && beside !== undefined) {
    return `${place}: a function has no main of its own; leave it out`
  }
  return withoutEnd(place === '' ? withoutPaths(text) : `${place}: ${withoutPaths(text)}`)
}

function reasonOfMethod(text: string, method: string): string {
  if (/^undefined: /.test(text)) return `the package has no ${method}`
  if (/ \(type\) is not an expression/.test(text) || /is not an expression/.test(text)) {
    return `${method} is a type, not a function or an http.Handler`
  }
  if (/without instantiation|cannot infer /.test(text))
    return `${method} has type parameters, which a handler cannot have`
  if (/main redeclared/.test(text)) return 'a function has no main of its own; leave it out'
  return withoutEnd(withoutPaths(text))
}

/** Where Go is installed is no concern of the function's owner. */
function withoutPaths(text: string): string {
  return text.replace(/ (?:\(\/\S+\)|in \/\S+)$/, '').replace(/(^|\s)\/\S*\/(?=[^/\s]+)/g, '$1')
}

function withoutEnd(text: string): string {
  return text.replace(/[.:]$/, '')
}
