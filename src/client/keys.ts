import type { Scope } from '../domain/names.ts'
import {
  type ChangeOptions,
  laggingNodes,
  type RequestOptions,
  type Send,
  segments,
} from './http.ts'
import type {
  ApiKeysOrderByChoices,
  CancelRotationSerializer,
  CreatedApiKeySerializer,
  FaasApiKeyListSerializer,
  FaasApiKeyPatchSerializer,
  FaasApiKeySerializer,
  FaasCreateApiKeySerializer,
  KeyAddressListSerializer,
  KeyFindingKindChoices,
  KeyPropagationSerializer,
  KeyReviewListSerializer,
  KeyReviewOrderByChoices,
  KeyStatusChoices,
  KeyUsageSerializer,
  RotateApiKeySerializer,
  UsageStepChoices,
} from './types.ts'

export interface KeyListQuery {
  readonly limit?: number | undefined
  readonly offset?: number | undefined
  readonly search?: string | undefined
  readonly order_by?: ApiKeysOrderByChoices | 'last_used_at.asc' | 'last_used_at.desc' | undefined
  readonly id?: string | undefined
  readonly status?: KeyStatusChoices | undefined
  /** `name` or `name=value`, every one of them. */
  readonly label?: readonly string[] | undefined
  /** `demo/hello`: only keys that open it. */
  readonly function?: string | undefined
  /** Only keys that open this namespace as such. */
  readonly namespace?: string | undefined
  /** Only keys that expire within so many days. */
  readonly expire_in?: number | undefined
}

export interface AddressQuery {
  readonly limit?: number | undefined
  readonly offset?: number | undefined
}

export interface KeyReviewQuery {
  readonly days?: number | undefined
  readonly secret_days?: number | undefined
  readonly kind?: readonly KeyFindingKindChoices[] | undefined
  readonly limit?: number | undefined
  readonly offset?: number | undefined
  readonly order_by?: KeyReviewOrderByChoices | undefined
}

export interface UsageQuery<Part extends string> {
  /** RFC 3339. */
  readonly from?: string | undefined
  readonly to?: string | undefined
  readonly step?: UsageStepChoices | undefined
  readonly by?: 'time' | Part | undefined
}

/** For what the head of an answer tells. */
export type HeadOptions = Pick<RequestOptions, 'signal' | 'onHeaders'>
/** Of a change that may be refused with `changed_meanwhile`. */
export type BoundOptions = Pick<RequestOptions, 'ifMatch' | 'onHeaders'>

/** What the head of an answer tells that takes a key away. */
export interface TakenAway {
  /** `Latchkey-Last-Used`: see docs/keys.md. Null when the answer has none. */
  readonly lastUsed: string | null
  /** The nodes where the change is not in force yet. */
  readonly lagging: readonly string[]
}

function headReader() {
  let read: TakenAway = { lastUsed: null, lagging: [] }
  const onHeaders = (headers: Headers): void => {
    read = { lastUsed: headers.get('latchkey-last-used'), lagging: laggingNodes(headers) }
  }
  return { onHeaders, read: () => read }
}

export function keyCalls(send: Send) {
  const path = (scope: Scope, ...rest: string[]) =>
    segments('faas', 'keys', scope.projectId, scope.regionId, ...rest)
  return {
    list: (scope: Scope, query: KeyListQuery = {}) =>
      send<FaasApiKeyListSerializer>('GET', path(scope), { query: { ...query } }),
    /** The head's `ETag` is what `ifMatch` of a change takes. */
    get: (scope: Scope, name: string, options: HeadOptions = {}) =>
      send<FaasApiKeySerializer>('GET', path(scope, name), options),
    /** The secret is in this answer only. */
    create: (scope: Scope, body: FaasCreateApiKeySerializer, options: ChangeOptions = {}) =>
      send<CreatedApiKeySerializer>('POST', path(scope), { body, ...options }),
    /** Absent members stay as they are; `expire: null` means never. */
    update: (
      scope: Scope,
      name: string,
      body: Partial<FaasApiKeyPatchSerializer>,
      options: BoundOptions = {},
    ) => send<FaasApiKeySerializer>('PATCH', path(scope, name), { ...options, body }),
    /** For a while it can be brought back, unless it leaked. */
    async delete(
      scope: Scope,
      name: string,
      query: { readonly leaked?: boolean } = {},
      { ifMatch }: Pick<BoundOptions, 'ifMatch'> = {},
    ) {
      const { read, onHeaders } = headReader()
      await send<undefined>('DELETE', path(scope, name), { query, ifMatch, onHeaders })
      return read()
    },
    async switch(scope: Scope, name: string, isOn: boolean) {
      const { read, onHeaders } = headReader()
      const body = { disabled: !isOn }
      const key = await send<FaasApiKeySerializer>('PATCH', path(scope, name), { body, onHeaders })
      return { key, ...read() }
    },
    /** The new secret is in this answer only. */
    rotate: (
      scope: Scope,
      name: string,
      body: Partial<RotateApiKeySerializer> = {},
      options: ChangeOptions = {},
    ) => send<CreatedApiKeySerializer>('POST', path(scope, name, 'rotate'), { body, ...options }),
    /** Back to the old secret. */
    cancelRotation: (scope: Scope, name: string, body: Partial<CancelRotationSerializer> = {}) =>
      send<FaasApiKeySerializer>('POST', path(scope, name, 'rotation', 'cancel'), { body }),
    /** The old secret ends now. */
    finishRotation: (scope: Scope, name: string) =>
      send<FaasApiKeySerializer>('POST', path(scope, name, 'rotation', 'finish')),
    /** From where it was used, newest first. */
    addresses: (scope: Scope, name: string, query: AddressQuery = {}) =>
      send<KeyAddressListSerializer>('GET', path(scope, name, 'addresses'), {
        query: { ...query },
      }),
    /** On which data nodes its newest change is in force; by name or id, also of a key that was deleted. */
    propagation: (scope: Scope, name: string) =>
      send<KeyPropagationSerializer>('GET', path(scope, name, 'propagation')),
    /** Keys that are not used, and those that may do more than they do. */
    reviews: (scope: Scope, query: KeyReviewQuery = {}) =>
      send<KeyReviewListSerializer>(
        'GET',
        segments('faas', 'key_reviews', scope.projectId, scope.regionId),
        { query: { ...query } },
      ),
    /** What it was used for, by time. */
    usage: (scope: Scope, name: string, query: UsageQuery<'function'> = {}) =>
      send<KeyUsageSerializer>('GET', path(scope, name, 'usage'), { query: { ...query } }),
  }
}
