import { describe, expect, it } from 'vitest'
import { serverErrors } from '../../portal/src/ui/server-errors.ts'
import { ApiError } from '../../src/client/errors.ts'

const refusal = (...fields: { field: string; message: string }[]) =>
  new ApiError(400, { message: 'The body is wrong.', fields })

describe('a refusal of the server', () => {
  it('stands at the fields that it names, as sentences', () => {
    const error = refusal({ field: 'name', message: 'must not be empty' })
    expect(serverErrors(error, ['name'])).toEqual({
      placed: { name: 'Must not be empty.' },
      rest: null,
    })
  })

  it('stands at the nearest field around what it names, or at one of another name', () => {
    const error = refusal(
      { field: 'functions.0.name', message: 'is unknown.' },
      { field: 'expire', message: 'is past' },
    )
    const { placed, rest } = serverErrors(error, ['functions', 'until'], { expire: 'until' })
    expect(placed).toEqual({ functions: 'Is unknown.', until: 'Is past.' })
    expect(rest).toBeNull()
  })

  it('is left for the form where a field of it has no place', () => {
    const error = refusal({ field: 'nowhere', message: 'is wrong' })
    expect(serverErrors(error, ['name'])).toEqual({ placed: {}, rest: error })
    const other = new Error('broken')
    expect(serverErrors(other, ['name'])).toEqual({ placed: {}, rest: other })
  })
})
