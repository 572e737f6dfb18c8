import { type DeletedKeyDialogProps, PurgeKey } from './deleted-purge.tsx'
import { RestoreKey } from './deleted-restore.tsx'

export interface AskedDeletedKeyDialogProps extends DeletedKeyDialogProps {
  readonly what: 'restore' | 'purge'
}

/** What asks before a deleted key comes back or is forgotten: one module, which is fetched when it is wanted. */
export function DeletedKeyDialog({ what, ...props }: AskedDeletedKeyDialogProps) {
  return what === 'restore' ? <RestoreKey {...props} /> : <PurgeKey {...props} />
}
