import { describe, expect, test } from 'vitest'
import { parseModule } from '../../src/languages/go-module.ts'

const parse = (text: string) => parseModule(text, '1.26', '_latchkey/shim')

function linesOf(text: string): string[] {
  const parsed = parse(text)
  if (parsed.kind === 'refused') throw new Error(parsed.message)
  return parsed.text.trim().split('\n')
}

const OWN = [
  'require a.latchkey.local/shim v0.0.0',
  'require github.com/kubeless/kubeless v0.0.0',
  'replace a.latchkey.local/shim => ./_latchkey/shim',
  'replace github.com/kubeless/kubeless => ./_latchkey/shim/kubeless',
]

describe('the go.mod of a build', () => {
  test('needs no text: then it names the function and the Go that is here', () => {
    expect(linesOf('')).toEqual(['module function', 'go 1.26', ...OWN])
  })

  test('keeps what a go.mod says of versions, under the name that every function has', () => {
    const text = `module example.com/mine // a name

go 1.21

toolchain go1.22.0

require (
	github.com/google/uuid v1.6.0
	golang.org/x/text v0.3.0 // indirect
)
require github.com/kubeless/kubeless v1.0.8
exclude golang.org/x/text v0.3.1
replace golang.org/x/text => golang.org/x/text v0.3.2
replace golang.org/x/net v0.1.0 => github.com/fork/net v0.1.1
retract v0.0.1
`
    expect(linesOf(text)).toEqual([
      'module function',
      'go 1.21',
      'require github.com/google/uuid v1.6.0',
      'require golang.org/x/text v0.3.0',
      'exclude golang.org/x/text v0.3.1',
      'replace golang.org/x/text => golang.org/x/text v0.3.2',
      'replace golang.org/x/net v0.1.0 => github.com/fork/net v0.1.1',
      ...OWN,
    ])
  })

  test.each([
    ['lines of require', 'require github.com/google/uuid v1.6.0\r\n'],
    ['only modules and versions', '// mine\ngithub.com/google/uuid v1.6.0'],
  ])('may be %s', (_title, text) => {
    expect(linesOf(text)).toContain('require github.com/google/uuid v1.6.0')
  })

  test.each([
    ['replace example.com/a => ../a', /^Line 1 .* a folder cannot stand for it/],
    ['replace example.com/a => ./a', /a folder/],
    ['replace example.com/a => /etc', /a folder/],
    ['replace (\n\texample.com/a v1.0.0 => example.com/b\n)', /^Line 2 /],
    ['replace example.com/a', /a folder/],
    ['require "example.com/a" v1.0.0', /must name a module and its version/],
    ['require example.com/a', /must name a module and its version/],
    ['require ../a v1.0.0', /must name a module and its version/],
    ['require example.com/a v1.0.0 extra', /must name a module and its version/],
    ['package main', /begins with "package", which is no directive/],
    ['{"dependencies": {}}', /no directive|must name a module/],
    ['use ./a', /begins with "use"/],
  ])('refuses %j', (text, message) => {
    const parsed = parse(text)
    expect(parsed).toMatchObject({ kind: 'refused', message: expect.stringMatching(message) })
  })
})
