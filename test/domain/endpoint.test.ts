import { describe, expect, it } from 'vitest'
import { endpointUrl } from '../../src/domain/endpoint.ts'

describe('the endpoint of a function', () => {
  it('is a path of the public URL, whatever it ends with', () => {
    for (const publicUrl of ['https://faas.example', 'https://faas.example/']) {
      expect(endpointUrl({ publicUrl }, 'label')).toBe('https://faas.example/label')
    }
    expect(endpointUrl({ publicUrl: 'http://h:81/faas/', domain: null }, 'label')).toBe(
      'http://h:81/faas/label',
    )
  })

  it('is a host of the domain, with the scheme and the port of the public URL', () => {
    const domain = 'fn.example'
    expect(endpointUrl({ publicUrl: 'http://127.0.0.1:8081', domain }, 'label')).toBe(
      'http://label.fn.example:8081',
    )
    expect(endpointUrl({ publicUrl: 'https://faas.example', domain }, 'label')).toBe(
      'https://label.fn.example',
    )
  })
})
