import { Text } from '@mantine/core'
import type { TokenSerializer } from '../../../src/client/types.ts'
import { api } from '../app/api.ts'
import { useMe } from '../app/me.ts'
import { Confirm } from '../ui/confirm.tsx'
import { TimeText } from '../ui/time-text.tsx'
import { useConfirmed } from '../ui/use-confirmed.ts'

export interface DeleteTokenProps {
  /** Undefined for none. */
  readonly token: TokenSerializer | undefined
  readonly onClose: () => void
}

export function DeleteToken({ token, onClose }: DeleteTokenProps) {
  const me = useMe()
  const { shown, dialog } = useConfirmed({
    thing: token,
    change: ({ id }) => api.tokens.delete(id),
    changes: [['tokens']],
    onClose,
  })
  const isOwn = me.kind === 'token' && shown?.id === me.id
  return (
    <Confirm
      {...dialog}
      title={`Delete the API token ${shown?.name ?? ''}?`}
      action="Delete token"
      isDangerous
    >
      <Text>
        Requests with it are refused from now on, and it cannot be brought back. What was made with
        it stays.
      </Text>
      <Text>
        {shown?.last_used_at == null ? (
          'It was never used.'
        ) : (
          <>
            It was last used <TimeText time={shown.last_used_at} />.
          </>
        )}
      </Text>
      {isOwn && <Text fw={600}>You are logged in with it: your session ends.</Text>}
    </Confirm>
  )
}
