import { Button, Text } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { TokenSerializer } from '../../../src/client/types.ts'
import { api } from '../app/api.ts'
import { useMe } from '../app/me.ts'
import { DataTable } from '../ui/data-table.tsx'
import { rowsOf } from '../ui/list-rows.ts'
import { Page } from '../ui/page.tsx'
import { RowMenu } from '../ui/row-menu.tsx'
import { Empty } from '../ui/states.tsx'
import { CreateToken } from './create-token.tsx'
import { DeleteToken } from './delete-token.tsx'
import { useProjectNames } from './project-names.ts'
import { tokenColumns } from './tokens-columns.tsx'

/** The tokens that who is logged in may see and end. */
export function Component() {
  const me = useMe()
  const projectName = useProjectNames()
  const query = useQuery({
    queryKey: ['tokens'],
    queryFn: () => api.tokens.list(),
  })
  const [isCreating, setCreating] = useState(false)
  const [deleted, setDeleted] = useState<TokenSerializer>()
  const create = (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setCreating(true)}>
      Create API token
    </Button>
  )
  return (
    <Page title="API tokens" actions={create}>
      <Text c="dimmed" mb="md" maw={760}>
        With an API token programs use the REST API, as their roles allow. API keys, which open
        functions, are something else.
      </Text>
      <DataTable
        label="API tokens"
        columns={tokenColumns(projectName, me)}
        {...rowsOf(query)}
        rowId={(row) => row.id}
        empty={
          <Empty title="There are no API tokens that you may see" action={create}>
            You see those that you made, and those of the projects that you own.
          </Empty>
        }
        rowActions={(token) => (
          <RowMenu
            label={`Actions for ${token.name}`}
            actions={[{ label: 'Delete', isDangerous: true, onClick: () => setDeleted(token) }]}
          />
        )}
      />
      <CreateToken opened={isCreating} onClose={() => setCreating(false)} />
      <DeleteToken token={deleted} onClose={() => setDeleted(undefined)} />
    </Page>
  )
}
