import { describe, expect, test } from 'vitest'
import { buildGo, GO_BUILD_TIMEOUT_MS, startGo, WITHOUT_GO } from '../helpers/go.ts'
import { call } from '../wire/call.ts'

/** A handler of each accepted form; what it answers to `POST /a?b=c` with `{"n":1}` as JSON. */
const FORMS: readonly [title: string, code: string, body: string][] = [
  [
    'maps, (string, error)',
    'func H(event map[string]interface{}, context map[string]string) (string, error) { return context["function-name"] + context["timeout"], nil }',
    'probe30',
  ],
  [
    'maps, (any, error)',
    'func H(event map[string]any, context map[string]string) (any, error) { return event["data"], nil }',
    '{"n":1}',
  ],
  [
    'maps, ([]byte, error)',
    'func H(event map[string]any, context map[string]string) ([]byte, error) { return []byte(context["memory-limit"]), nil }',
    '128M',
  ],
  [
    'maps, (io.Reader, error)',
    'func H(event map[string]any, context map[string]string) (io.Reader, error) { return strings.NewReader("read"), nil }',
    'read',
  ],
  [
    'maps, (map, error)',
    'func H(event map[string]any, context map[string]string) (map[string]any, error) { return map[string]any{"html": "<&>"}, nil }',
    '{"html":"<&>"}',
  ],
  [
    'maps, error only',
    'func H(event map[string]any, context map[string]string) error { return nil }',
    '',
  ],
  [
    'maps, string only',
    'func H(event map[string]any, context map[string]string) string { return "alone" }',
    'alone',
  ],
  [
    'maps, nothing returned',
    'func H(event map[string]any, context map[string]string) { w := event["extension"].(map[string]any)["response"].(http.ResponseWriter); io.WriteString(w, "written") }',
    'written',
  ],
  [
    'the older structs',
    'func H(event functions.Event, context functions.Context) (string, error) { return event.Data + event.EventID + context.FunctionName + context.Timeout + event.Extensions.Request.URL.Path, nil }',
    '{"n":1}e1probe30/a',
  ],
  [
    'the older structs, (any, error)',
    'func H(event functions.Event, context functions.Context) (any, error) { return event.Extensions.Context.Value("request-id"), nil }',
    'req_form',
  ],
  [
    'http.HandlerFunc',
    'func H(w http.ResponseWriter, r *http.Request) { body, _ := io.ReadAll(r.Body); fmt.Fprint(w, r.Method, r.URL.Query().Get("b"), string(body)) }',
    'POSTc{"n":1}',
  ],
  [
    'a variable that is an http.Handler',
    'var H http.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "variable") })',
    'variable',
  ],
  [
    'a mux that init fills',
    'var H = http.NewServeMux()\nfunc init() { H.HandleFunc("POST /{name}", func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "mux "+r.PathValue("name")) }) }',
    'mux a',
  ],
  [
    'func() http.Handler',
    'func H() http.Handler { return http.NotFoundHandler() }',
    '404 page not found\n',
  ],
  [
    'func() (http.Handler, error)',
    'func H() (http.Handler, error) { return http.RedirectHandler("/b", 302), nil }',
    '',
  ],
]

const PACKAGES = ['fmt', 'io', 'net/http', 'strings', 'github.com/kubeless/kubeless/pkg/functions']

/** A package with the imports that the code uses. */
function program(code: string, name = 'kubeless'): string {
  const used = PACKAGES.filter((path) =>
    new RegExp(`\\b${path.split('/').at(-1)}\\.[A-Z]`).test(code),
  )
  return `package ${name}\n\nimport (\n${used.map((path) => `\t"${path}"\n`).join('')})\n\n${code}\n`
}

const REQUEST = {
  method: 'POST',
  target: '/a?b=c',
  headers: {
    'content-type': 'application/json',
    'event-id': 'e1',
    'latchkey-request-id': 'req_form',
  },
  body: '{"n":1}',
}

describe.skipIf(WITHOUT_GO !== '')(`a Go function may be written as${WITHOUT_GO}`, () => {
  test.each(FORMS)(
    '%s',
    async (_title, code, body) => {
      await using shim = await startGo({ code: program(code), method: 'H' })
      const answer = await call(await shim.connect(), REQUEST)
      expect(answer.outcome).toBe('ended')
      expect(answer.body.toString()).toBe(body)
      expect(shim.lines).toEqual([])
    },
    GO_BUILD_TIMEOUT_MS,
  )

  test.each(['main', 'function', 'app', 'handler'])(
    'package %s',
    async (name) => {
      const code = `/* package x */ // package y\npackage ${name}\n\nfunc Handler(map[string]any, map[string]string) string { return "${name}" }\n`
      await using shim = await startGo({ code })
      expect((await call(await shim.connect())).body.toString()).toBe(name)
    },
    GO_BUILD_TIMEOUT_MS,
  )

  test('several files, folders, and files that are embedded or read', async () => {
    await using shim = await startGo({
      code: `package kubeless

import (
	_ "embed"
	"os"

	"function/greet"
)

//go:embed word.txt
var embedded string

var atInit, _ = os.ReadFile("word.txt")

func Handler(map[string]any, map[string]string) (string, error) {
	read, err := os.ReadFile("greet/other.txt")
	return greet.Word() + beside() + embedded + string(read) + string(atInit), err
}
`,
      files: {
        'beside.go': 'package kubeless\n\nfunc beside() string { return "beside," }\n',
        'greet/greet.go': 'package greet\n\nfunc Word() string { return "greet," }\n',
        'greet/other.txt': 'read,',
        'word.txt': 'word,',
        'wrong_test.go': 'package kubeless\n\nfunc TestNothing(t *testing.T) {}\n',
      },
    })
    expect((await call(await shim.connect())).body.toString()).toBe('greet,beside,word,read,word,')
  })

  test('variables that are read while packages begin', async () => {
    const code = `package kubeless

import "os"

var word = os.Getenv("WORD")

func Handler(map[string]any, map[string]string) (any, error) {
	return []string{word, os.Getenv("TZ"), os.Getenv("QUOTED")}, nil
}
`
    const envs = { WORD: 'žluťoučký "🐎"\n<&>\u2028', TZ: 'UTC', QUOTED: '\\u0041\\' }
    await using shim = await startGo({ code, envs })
    const answer = await call(await shim.connect())
    expect(JSON.parse(answer.body.toString())).toEqual([envs.WORD, 'UTC', envs.QUOTED])
  })
})

describe.skipIf(WITHOUT_GO !== '')(`a Go function that cannot serve says${WITHOUT_GO}`, () => {
  test.each([
    [
      'where the mistake is',
      'func Handler() { return x }',
      /^handler\.go:3:25: undefined: x$|^handler\.go:3:\d+: /,
    ],
    [
      'what is not used',
      'import "fmt"\n\nfunc Handler(map[string]any, map[string]string) {}',
      /^handler\.go:3:8: "fmt" imported and not used$/,
    ],
    [
      'what is not there',
      'func Other(map[string]any, map[string]string) {}',
      /^the package has no Handler$/,
    ],
    ['that it is a type', 'type Handler struct{}', /^Handler is a type, /],
    ['that it is generic', 'func Handler[T any](T) {}', /^Handler has type parameters/],
    [
      'which package is unknown',
      'import _ "nowhere/at/all"',
      /^handler\.go:3:8: package nowhere\/at\/all is not in std$/,
    ],
    [
      'that C is not compiled',
      'import "C"\n\nfunc Handler(map[string]any, map[string]string) {}',
      /build constraints exclude all Go files$/,
    ],
  ])(
    '%s',
    async (_title, code, message) => {
      const built = buildGo({ code: `package kubeless\n\n${code}\n` })
      await expect(built).rejects.toThrow(message)
      await expect(built).rejects.not.toThrow(/\/usr|_latchkey|tmp/)
    },
    GO_BUILD_TIMEOUT_MS,
  )

  test('that a main of its own is too much', async () => {
    const code =
      'package main\n\nfunc Handler(map[string]any, map[string]string) {}\n\nfunc main() {}\n'
    await expect(buildGo({ code })).rejects.toThrow(/a function has no main of its own/)
  })

  test.each([
    [
      'an unknown signature',
      'func Handler(n int) string { return "" }',
      /Handler is a func\(int\) string.*accepted/s,
    ],
    [
      'a nil http.Handler',
      'import "net/http"\n\nfunc Handler() http.Handler { return nil }',
      /gives no http\.Handler/,
    ],
    [
      'the error of its own beginning',
      'import (\n\t"errors"\n\t"net/http"\n)\n\nfunc Handler() (http.Handler, error) { return nil, errors.New("no database") }',
      /no database/,
    ],
  ])(
    '%s when it starts',
    async (_title, code, message) => {
      await expect(startGo({ code: `package kubeless\n\n${code}\n` })).rejects.toThrow(message)
    },
    GO_BUILD_TIMEOUT_MS,
  )

  test('what its packages panicked with, by its log', async () => {
    const code =
      'package kubeless\n\nfunc init() { panic("no database") }\n\nfunc Handler(map[string]any, map[string]string) {}\n'
    const failure = await startGo({ code }).catch((error) => error)
    expect(failure.lines.map((line: { text: string }) => line.text).join('\n')).toContain(
      'no database',
    )
  })
})
