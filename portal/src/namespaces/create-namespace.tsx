import { useQueryClient } from '@tanstack/react-query'
import { isName } from '../../../src/domain/names.ts'
import { api } from '../app/api.ts'
import { places } from '../app/places.ts'
import { useScope } from '../app/scope.ts'
import { CreateDialog, type CreateDialogProps } from '../ui/create-dialog.tsx'

const RULE =
  '2 to 26 lower-case letters, digits and hyphens; the first is a letter, the last no hyphen.'

export function CreateNamespace(dialog: Pick<CreateDialogProps, 'opened' | 'onClose'>) {
  const scope = useScope()
  const queryClient = useQueryClient()
  return (
    <CreateDialog
      {...dialog}
      action="Create namespace"
      rule={RULE}
      isName={isName}
      create={async (named) => {
        await api.namespaces.create(scope, named)
        await queryClient.invalidateQueries({ queryKey: ['namespaces', scope] })
        return places.namespace(scope, named.name)
      }}
    />
  )
}
