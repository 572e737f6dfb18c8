import { Button, Stack, Text } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { MemberSerializer } from '../../../src/client/types.ts'
import { api } from '../app/api.ts'
import { useMay, useMayOnServer } from '../app/may.ts'
import { useScope } from '../app/scope.ts'
import { Confirm } from '../ui/confirm.tsx'
import { type Column, DataTable } from '../ui/data-table.tsx'
import { NeedsRole } from '../ui/needs-role.tsx'
import { Page } from '../ui/page.tsx'
import { RowMenu } from '../ui/row-menu.tsx'
import { Empty } from '../ui/states.tsx'
import { TimeText } from '../ui/time-text.tsx'
import { useLast } from '../ui/use-last.ts'
import { CreateProject } from './create-project.tsx'
import { useProjectNames } from './project-names.ts'
import { ROLE_NAMES, ROLE_WORDS } from './role-words.ts'
import { SetMember } from './set-member.tsx'
import { Who } from './who.tsx'

export function Component() {
  const { projectId } = useScope()
  const isOwner = useMay('owner')
  const mayCreateProjects = useMayOnServer('owner')
  const [isAdding, setAdding] = useState(false)
  const [isCreating, setCreating] = useState(false)
  const projectName = useProjectNames()
  const actions = (
    <>
      {mayCreateProjects && (
        <Button variant="default" onClick={() => setCreating(true)}>
          Create project
        </Button>
      )}
      {isOwner && (
        <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setAdding(true)}>
          Add member
        </Button>
      )}
    </>
  )
  return (
    <Page title={`Members of ${projectName(projectId)}`} actions={actions}>
      {isOwner ? (
        <Members key={projectId} projectId={projectId} onAdd={() => setAdding(true)} />
      ) : (
        <NeedsRole least="owner">Who works in a project is shown to its owners.</NeedsRole>
      )}
      <SetMember projectId={projectId} opened={isAdding} onClose={() => setAdding(false)} />
      <CreateProject opened={isCreating} onClose={() => setCreating(false)} />
    </Page>
  )
}

function Members({ projectId, onAdd }: { readonly projectId: number; readonly onAdd: () => void }) {
  const { data, error, refetch } = useQuery({
    queryKey: ['members', projectId],
    queryFn: () => api.members.list(projectId),
  })
  const [changed, setChanged] = useState<MemberSerializer>()
  const [removed, setRemoved] = useState<MemberSerializer>()
  return (
    <>
      <DataTable
        label="Members"
        columns={COLUMNS}
        rows={data?.results}
        rowId={(row) => `${row.user_id} ${row.all_projects}`}
        error={error}
        onRetry={refetch}
        empty={
          <Empty
            title="Nobody is a member yet"
            action={<Button onClick={onAdd}>Add member</Button>}
          >
            API tokens work here without being members; people need a role.
          </Empty>
        }
        rowActions={(row) =>
          row.all_projects ? null : (
            <RowMenu
              label={`Actions for ${row.email}`}
              actions={[
                { label: 'Change role', onClick: () => setChanged(row) },
                { label: 'Remove', isDangerous: true, onClick: () => setRemoved(row) },
              ]}
            />
          )
        }
      />
      <SetMember
        projectId={projectId}
        opened={changed !== undefined}
        member={changed}
        onClose={() => setChanged(undefined)}
      />
      <RemoveMember projectId={projectId} member={removed} onClose={() => setRemoved(undefined)} />
    </>
  )
}

function RemoveMember({
  projectId,
  member,
  onClose,
}: {
  readonly projectId: number
  readonly member: MemberSerializer | undefined
  readonly onClose: () => void
}) {
  const queryClient = useQueryClient()
  const mutation = useMutation({
    mutationFn: (userId: number) => api.members.remove(projectId, String(userId)),
    async onSuccess() {
      onClose()
      await queryClient.invalidateQueries({ queryKey: ['members'] })
    },
  })
  return (
    <Confirm
      opened={member !== undefined}
      title={`Remove ${useLast(member)?.email ?? ''}?`}
      action="Remove"
      isDangerous
      isPending={mutation.isPending}
      error={mutation.error}
      onConfirm={() => member && mutation.mutate(member.user_id)}
      onClose={() => {
        mutation.reset()
        onClose()
      }}
    >
      <Text>
        The role on this project ends with the next request. Keys and functions that this person
        made stay as they are.
      </Text>
    </Confirm>
  )
}

const COLUMNS: readonly Column<MemberSerializer>[] = [
  {
    id: 'who',
    header: 'Who',
    cell: (user) => <Who user={user} />,
  },
  {
    id: 'role',
    header: 'Role',
    cell: ({ role, all_projects: isOnAll }) => (
      <Stack gap={0}>
        <Text size="sm" fw={600}>
          {ROLE_NAMES[role]}
        </Text>
        {isOnAll && (
          <Text size="sm" c="dimmed">
            on all projects, changed under Users
          </Text>
        )}
      </Stack>
    ),
  },
  {
    id: 'words',
    header: 'What the role may do',
    from: 'md',
    cell: ({ role }) => <Text size="sm">{ROLE_WORDS[role]}</Text>,
  },
  { id: 'since', header: 'Since', from: 'sm', cell: ({ since }) => <TimeText time={since} /> },
]
