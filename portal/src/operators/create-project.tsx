import { useQueryClient } from '@tanstack/react-query'
import { PROJECT_NAME_PATTERN } from '../../../src/domain/names.ts'
import { api } from '../app/api.ts'
import { useCurrentScope } from '../app/current-scope.ts'
import { places } from '../app/places.ts'
import { scopesQuery } from '../app/scopes.ts'
import { CreateDialog, type CreateDialogProps } from '../ui/create-dialog.tsx'

const NAME = new RegExp(PROJECT_NAME_PATTERN)
const RULE = '3 to 63 letters, digits, spaces, dots, hyphens and underscores.'

/** For owners of all projects. */
export function CreateProject(dialog: Pick<CreateDialogProps, 'opened' | 'onClose'>) {
  const { regionId } = useCurrentScope()
  const queryClient = useQueryClient()
  return (
    <CreateDialog
      {...dialog}
      action="Create project"
      rule={RULE}
      isName={(name) => NAME.test(name)}
      create={async (named) => {
        const { id } = await api.projects.create(named)
        await queryClient.invalidateQueries({ queryKey: scopesQuery.queryKey })
        return places.members({ projectId: id, regionId })
      }}
    />
  )
}
