import { useSyncExternalStore } from 'react'
import type { MeSerializer } from '../../../src/client/types.ts'

/**
 * Whether the session that the open page was fetched with still is one: `ended` by itself (the page
 * stays to be seen), or `left` by a log-out in another tab (nothing of it is to be seen any more).
 */
export type SessionState = 'lasts' | 'ended' | 'left'

type Told = { readonly kind: 'in'; readonly who: string } | { readonly kind: 'out' }

let state: SessionState = 'lasts'
let who: string | undefined
const listeners = new Set<() => void>()
const channel =
  typeof BroadcastChannel === 'undefined' ? undefined : new BroadcastChannel('latchkey')

channel?.addEventListener('message', ({ data }: MessageEvent<Told>) => {
  if (who === undefined) return
  if (data.kind === 'out') change('left')
  else if (data.who !== who) startAnew()
  else change('lasts')
})

// A page that the browser has kept whole, for Back, may be of somebody who is no longer there.
globalThis.addEventListener?.('pageshow', (event) => {
  if (event.persisted) window.location.reload()
})

export function useSessionState(): SessionState {
  return useSyncExternalStore(subscribe, () => state)
}

/** To be told of everybody whom the server says is logged in: data of one is never shown to another. */
export function noteOperator(me: MeSerializer): void {
  const now = `${me.kind}/${me.id}`
  if (who !== undefined && who !== now) startAnew()
  who = now
}

/** The server no longer knows who asks. Before anybody was logged in that is no end. */
export function noteSessionEnd(): void {
  if (who !== undefined && state === 'lasts') change('ended')
}

export function tellLogIn(me: MeSerializer): void {
  noteOperator(me)
  channel?.postMessage({ kind: 'in', who: `${me.kind}/${me.id}` } satisfies Told)
  change('lasts')
}

export function tellLogOut(): void {
  channel?.postMessage({ kind: 'out' } satisfies Told)
}

let isAnew = false

/** Whether the page is being left for good, and asks after nothing any more. */
export function isStartingAnew(): boolean {
  return isAnew
}

/** Nothing that was fetched or typed before is kept. */
export function startAnew(path = '/'): void {
  isAnew = true
  window.location.assign(`/portal${path}`)
}

function change(next: SessionState): void {
  if (state === next) return
  state = next
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
