import { Text } from '@mantine/core'
import type { MemberSerializer } from '../../../src/client/types.ts'
import { api } from '../app/api.ts'
import { Confirm } from '../ui/confirm.tsx'
import { useConfirmed } from '../ui/use-confirmed.ts'

export interface RemoveMemberProps {
  readonly projectId: number
  /** Undefined for none. */
  readonly member: MemberSerializer | undefined
  readonly onClose: () => void
}

export function RemoveMember({ projectId, member, onClose }: RemoveMemberProps) {
  const { shown, dialog } = useConfirmed({
    thing: member,
    change: ({ user_id: userId }) => api.members.remove(projectId, String(userId)),
    changes: [['members']],
    onClose,
  })
  return (
    <Confirm {...dialog} title={`Remove ${shown?.email ?? ''}?`} action="Remove" isDangerous>
      <Text>
        The role on this project ends with the next request. Keys and functions that this person
        made stay as they are.
      </Text>
    </Confirm>
  )
}
