import { describe, expect, test } from 'vitest'
import { resolveRuntime } from '../../src/domain/runtime.ts'

const AVAILABLE = [
  'nodejs26',
  'nodejs24',
  'nodejs22',
  'nodejs20',
  'python3.11',
  'python3.9',
  'go1.26',
  'java17',
]

describe('with aliases, a name stands for', () => {
  test.each([
    ['nodejs22', 'nodejs22', 'itself'],
    ['python3.11', 'python3.11', 'itself'],
    ['nodejs14', 'nodejs20', 'the oldest that is not older'],
    ['nodejs14.21.3', 'nodejs20', 'the oldest that is not older'],
    ['nodejs21', 'nodejs22', 'the next newer'],
    ['nodejs20.9.0', 'nodejs20', 'the one of its line'],
    ['nodejs22.1', 'nodejs22', 'the one of its line'],
    ['nodejs28', 'nodejs26', 'the newest when all are older'],
    ['python3.7.12', 'python3.9', 'the oldest that is not older'],
    ['python3.9.18', 'python3.9', 'the one of its line'],
    ['python3.10', 'python3.11', 'the next newer, by number'],
    ['python2', 'python3.9', 'the next newer'],
    ['python3', 'python3.9', 'the oldest of its line'],
    ['python3.13', 'python3.11', 'the newest when all are older'],
    ['go1.16.6', 'go1.26', 'the oldest that is not older'],
    ['go1.9', 'go1.26', 'the next newer, by number'],
    ['java11', 'java17', 'the oldest that is not older'],
    ['java21', 'java17', 'the newest when all are older'],
  ])('%s: %s, %s', (name, runtime) => {
    expect(resolveRuntime(name, AVAILABLE, 'nearest')).toBe(runtime)
    expect(resolveRuntime(name, [...AVAILABLE].reverse(), 'nearest')).toBe(runtime)
  })

  test.each(['dotnetcore3.1', 'ruby3', 'nodejs', 'nodejs-14', 'NodeJS14', 'nodejs14.', '14', ''])(
    '%j: none',
    (name) => {
      expect(resolveRuntime(name, AVAILABLE, 'nearest')).toBeUndefined()
    },
  )

  test('none where nothing is there', () => {
    expect(resolveRuntime('nodejs14', [], 'nearest')).toBeUndefined()
  })
})

test('without aliases a name stands for itself alone', () => {
  expect(resolveRuntime('nodejs24', AVAILABLE, 'off')).toBe('nodejs24')
  expect(resolveRuntime('nodejs14', AVAILABLE, 'off')).toBeUndefined()
  expect(resolveRuntime('nodejs24.1.0', AVAILABLE, 'off')).toBeUndefined()
})
