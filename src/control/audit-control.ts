import type { ChainFault, ChainHead } from '../domain/audit-chain.ts'
import type { AuditLine } from '../domain/audit-line.ts'
import type { AuditFilter } from '../store/audit-lines.ts'
import type { Page, PageQuery } from './requests.ts'

export type AuditAsk = AuditFilter

/** How far the audit was found to be as it was written. */
export interface ChainReport {
  /** How many rows are right. */
  readonly rows: number
  /** The last of them. */
  readonly head: ChainHead
  /** The first row that is not; undefined when there is none. */
  readonly fault: ChainFault | undefined
  /** False when the log goes on and no more rows were asked for. */
  readonly isWhole: boolean
}

export interface AuditUseCases {
  list(
    query: AuditAsk & { readonly limit: number; readonly descending: boolean },
  ): Promise<readonly AuditLine[]>
  /** Oldest first, in pages, until the signal is given. */
  export(ask: AuditAsk, signal: AbortSignal): AsyncIterable<readonly AuditLine[]>
  /** Walks the chain, from the first row or after `afterSequence`, which is taken as it is. Throws when the signal is given. */
  verify(
    ask: {
      readonly afterSequence?: number | undefined
      readonly rowsMax?: number | undefined
      readonly noted?: ChainHead | undefined
    },
    signal: AbortSignal,
  ): Promise<ChainReport>
  /** As the provider's log of user actions has them. */
  userActions(
    query: AuditAsk & PageQuery & { readonly descending: boolean },
  ): Promise<Page<{ readonly line: AuditLine; readonly taskId: string | null }>>
}
