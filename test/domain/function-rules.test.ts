import { describe, expect, it } from 'vitest'
import { FILES_BYTES_MAX } from '../../src/domain/function-limits.ts'
import { autoscalingErrors, filesErrors } from '../../src/domain/function-rules.ts'

describe('the rules of a function', () => {
  it('want no more instances at least than at most', () => {
    expect(autoscalingErrors({ minInstances: 2, maxInstances: 2 })).toEqual([])
    expect(autoscalingErrors({ minInstances: 3, maxInstances: 2 })).toHaveLength(1)
  })

  it('count the bytes of paths and contents', () => {
    expect(filesErrors({ a: 'x'.repeat(FILES_BYTES_MAX - 1) })).toEqual([])
    expect(filesErrors({ a: 'x'.repeat(FILES_BYTES_MAX) })).toHaveLength(1)
    expect(filesErrors({ a: 'é'.repeat(FILES_BYTES_MAX / 2) })).toHaveLength(1)
  })
})
