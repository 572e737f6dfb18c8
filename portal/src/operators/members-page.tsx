import { Button } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { MemberSerializer } from '../../../src/client/types.ts'
import { api } from '../app/api.ts'
import { useMay, useMayOnServer } from '../app/may.ts'
import { useScope } from '../app/scope.ts'
import { DataTable } from '../ui/data-table.tsx'
import { NeedsRole } from '../ui/needs-role.tsx'
import { Page } from '../ui/page.tsx'
import { RowMenu } from '../ui/row-menu.tsx'
import { Empty } from '../ui/states.tsx'
import { CreateProject } from './create-project.tsx'
import { MEMBER_COLUMNS } from './members-columns.tsx'
import { useProjectNames } from './project-names.ts'
import { RemoveMember } from './remove-member.tsx'
import { SetMember } from './set-member.tsx'

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
  const actions = (member: MemberSerializer) =>
    member.all_projects ? null : (
      <RowMenu
        label={`Actions for ${member.email}`}
        actions={[
          { label: 'Change role', onClick: () => setChanged(member) },
          { label: 'Remove', isDangerous: true, onClick: () => setRemoved(member) },
        ]}
      />
    )
  return (
    <>
      <DataTable
        label="Members"
        columns={MEMBER_COLUMNS}
        rows={data?.results}
        rowId={(row) => `${row.user_id} ${row.all_projects}`}
        error={error}
        onRetry={refetch}
        empty={
          <Empty
            title="Nobody is a member yet"
            action={
              <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={onAdd}>
                Add member
              </Button>
            }
          >
            API tokens work here without being members; people need a role.
          </Empty>
        }
        rowActions={actions}
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
