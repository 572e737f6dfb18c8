import { describe, expect, it } from 'vitest'
import { details, table } from '../../src/cli/table.ts'

interface Row {
  readonly name: string
  readonly text: string
}

const COLUMNS = [
  { title: 'NAME', value: (row: Row) => row.name },
  { title: 'TEXT', value: (row: Row) => row.text, flexible: true },
]

describe('table', () => {
  it('aligns columns and leaves no blanks at the end of a line', () => {
    const rows = [
      { name: 'a', text: 'one' },
      { name: 'longer', text: '' },
    ]
    expect(table(COLUMNS, rows, undefined)).toBe('NAME    TEXT\na       one\nlonger\n')
  })

  it('cuts flexible columns to the width of the terminal, and nothing without one', () => {
    const rows = [{ name: 'name', text: 'x'.repeat(100) }]
    const lines = table(COLUMNS, rows, 20).split('\n')
    expect(lines[1]).toBe(`name  ${'x'.repeat(13)}…`)
    expect(table(COLUMNS, rows, undefined)).toContain('x'.repeat(100))
  })

  it('keeps a readable rest on a terminal that is far too narrow', () => {
    const lines = table(COLUMNS, [{ name: 'name', text: 'x'.repeat(100) }], 3).split('\n')
    expect(lines[1]).toBe('name  xxxxxxx…')
  })

  it('counts wide and combining characters by their columns', () => {
    const rows = [
      { name: '日本', text: 'wide' },
      { name: 'e\u0301', text: 'combined' },
    ]
    expect(table(COLUMNS, rows, undefined)).toBe('NAME  TEXT\n日本  wide\ne\u0301     combined\n')
  })

  it('shows control characters instead of sending them to the terminal', () => {
    const rows = [{ name: 'a\u001b]0;title\u0007', text: 'two\nlines\u202e' }]
    const text = table(COLUMNS, rows, undefined)
    expect(text).toContain('a\\x1b]0;title\\x07')
    expect(text).toContain('two\\nlines\\u202e')
  })
})

describe('details', () => {
  it('aligns the values', () => {
    expect(
      details([
        ['a', '1'],
        ['long name', '2'],
      ]),
    ).toBe('a:         1\nlong name: 2\n')
  })
})
