/** Messages between the engine (one per data node) and the gateway threads, each over its own port. */

export type ToGateway =
  | {
      readonly type: 'instance-up'
      readonly instanceId: string
      readonly functionId: string
      readonly versionId: string
      /** Index in the shared slot table. */
      readonly slot: number
      /** How many requests the instance takes at a time. */
      readonly slotLimit: number
      /** The unix socket on which the instance speaks frames. */
      readonly socketPath: string
      /**
       * The marker file of the instance, by which a request that ran into its limit can be told from one
       * that only waits behind it. Absent: every request counts as begun.
       */
      readonly begunPath?: string
    }
  | {
      /** No new request may go to it; what is in flight goes on. */
      readonly type: 'instance-draining'
      readonly instanceId: string
    }
  | {
      readonly type: 'instance-down'
      readonly instanceId: string
      /**
       * The id of the last request of this thread's connection that the handler was given, so that
       * later ones can be sent elsewhere. Ids count up and wrap at 32 bits.
       */
      readonly begunId: number
    }
  | {
      /** A start that the thread has asked for did not succeed and is not tried again before `retryAfterMs`. */
      readonly type: 'start-failed'
      readonly functionId: string
      readonly versionId: string
      readonly retryAfterMs: number
    }

export type FromGateway =
  | {
      /** `queued` requests of this thread wait for a slot. Sent on a change, 0 included. */
      readonly type: 'demand'
      readonly functionId: string
      readonly versionId: string
      readonly queued: number
    }
  | {
      /** The instance did not answer a ping: its event loop hangs. */
      readonly type: 'instance-hung'
      readonly instanceId: string
    }
