import { type ChangeOptions, type Send, segments } from './http.ts'
import type { CreatedTokenSerializer, CreateTokenSerializer, TokenListSerializer } from './types.ts'

export function tokenCalls(send: Send) {
  return {
    list: () => send<TokenListSerializer>('GET', '/tokens'),
    /** The token is in this answer only. */
    create: (body: CreateTokenSerializer, options: ChangeOptions = {}) =>
      send<CreatedTokenSerializer>('POST', '/tokens', { body, ...options }),
    delete: (id: number) => send<undefined>('DELETE', `/tokens${segments(id)}`),
  }
}
