import { describe, expect, it } from 'vitest'
import { mainFile, pathError } from '../../portal/src/functions/code-names.ts'
import { firstPlace, piecesOf } from '../../portal/src/functions/code-places.ts'
import type { Source } from '../../portal/src/functions/code-source.ts'

const SOURCE: Source = {
  code_text: 'package io.kubeless;\npublic class Module {}',
  files: { 'lib/a.js': '', 'io/kubeless/Names.java': '' },
  dependencies: '',
  main_method: 'handler',
}

describe('places in the output of builds', () => {
  it.each([
    ['nodejs26', 'handler.js:3', 'code_text', 3, undefined],
    ['nodejs26', 'handler.ts:3', 'code_text', 3, undefined],
    ['nodejs26', 'start: handler.js cannot be loaded: lib/a.js:7', 'files/lib/a.js', 7, undefined],
    ['python3.11', '  File "handler.py", line 2', 'code_text', 2, undefined],
    ['go1.26', './handler.go:2:17: undefined: x', 'code_text', 2, 17],
    ['go1.26', 'go.mod:3: unknown directive', 'dependencies', 3, undefined],
    ['java17', "./io/kubeless/Module.java:2: error: ';' expected", 'code_text', 2, undefined],
    ['java17', 'io/kubeless/Names.java:4: error', 'files/io/kubeless/Names.java', 4, undefined],
    [
      'nodejs26',
      'The text of the dependencies is not valid JSON: Expected … (line 1 column 23).',
      'dependencies',
      1,
      23,
    ],
  ])('%s: %s', (runtime, line, part, at, column) => {
    const place = firstPlace(['Running something', line], SOURCE, runtime)
    expect(place).toEqual({ part, line: at, ...(column !== undefined && { column }) })
    const text = piecesOf(line, SOURCE, runtime).map((piece) => piece.text)
    expect(text.join('')).toBe(line)
  })

  it('are none in files that are not of the source', () => {
    expect(firstPlace(['node_modules/x/index.js:9'], SOURCE, 'nodejs26')).toBeUndefined()
  })
})

describe('what files are called', () => {
  it('is TypeScript when the code has types, and JavaScript when it only looks like it', () => {
    expect(mainFile('nodejs26', 'interface Event { data: string }')).toBe('handler.ts')
    expect(mainFile('nodejs26', 'export const f = (a: string): string => a')).toBe('handler.ts')
    expect(mainFile('nodejs26', 'const type = { a: 1, b: f(x) ? y() : z }')).toBe('handler.js')
    expect(mainFile('java17', SOURCE.code_text)).toBe('Module.java')
  })

  it('keeps the server’s rules', () => {
    expect(pathError('lib/b.js', SOURCE, 'nodejs26')).toBeUndefined()
    expect(pathError('../b.js', SOURCE, 'nodejs26')).toMatch(/leads out of the function/)
    expect(pathError('lib/a.js', SOURCE, 'nodejs26')).toMatch(/already/)
    expect(pathError('lib', SOURCE, 'nodejs26')).toMatch(/also used as a folder/)
    expect(pathError('package.json', SOURCE, 'nodejs26')).toMatch(/reserved name/)
  })
})
