import type { FunctionName, Scope } from '../../../src/domain/names.ts'

/** The address of every page, below the portal's own; `routes.tsx` says what is there. */
export const places = {
  signIn: () => '/sign-in',
  signOut: () => '/sign-out',
  account: () => '/account',
  users: () => '/users',
  tokens: () => '/tokens',
  nodes: () => '/nodes',
  audit: () => '/audit',
  functions: (scope: Scope) => within(scope, 'functions'),
  newFunction: (scope: Scope) => within(scope, 'new-function'),
  fn: (scope: Scope, { namespace, name }: FunctionName, tab: FunctionTab = 'overview') =>
    within(scope, 'functions', namespace, name, ...(tab === 'overview' ? [] : [tab])),
  namespaces: (scope: Scope) => within(scope, 'namespaces'),
  namespace: (scope: Scope, name: string) => within(scope, 'namespaces', name),
  keys: (scope: Scope) => within(scope, 'api-keys'),
  newKey: (scope: Scope) => within(scope, 'new-api-key'),
  key: (scope: Scope, name: string) => within(scope, 'api-keys', name),
  editKey: (scope: Scope, name: string, tab: KeyTab = 'general') =>
    within(scope, 'api-keys', name, 'edit', tab),
  deletedKeys: (scope: Scope) => within(scope, 'deleted-api-keys'),
  keyReview: (scope: Scope) => within(scope, 'api-key-review'),
  notifications: (scope: Scope) => within(scope, 'notifications'),
  members: (scope: Scope) => within(scope, 'members'),
  settings: (scope: Scope, tab: SettingsTab = 'keys') => within(scope, 'settings', tab),
}

export type FunctionTab =
  | 'overview'
  | 'code'
  | 'configuration'
  | 'keys'
  | 'test'
  | 'logs'
  | 'metrics'
  | 'versions'
  | 'triggers'
  | 'calls'
export type KeyTab = 'general' | 'access' | 'expiration'
export type SettingsTab = 'keys' | 'notices' | 'webhooks' | 'mail'

function within({ projectId, regionId }: Scope, ...parts: readonly string[]): string {
  return `/p/${projectId}/${regionId}/${parts.map(encodeURIComponent).join('/')}`
}
