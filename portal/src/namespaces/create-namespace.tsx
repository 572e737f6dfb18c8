import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from 'react-router'
import { isName } from '../../../src/domain/names.ts'
import { api } from '../app/api.ts'
import { places } from '../app/places.ts'
import { useScope } from '../app/scope.ts'
import { CreateDialog, type CreateDialogProps } from '../ui/create-dialog.tsx'

const RULE =
  '2 to 26 lower-case letters, digits and hyphens; the first is a letter, the last no hyphen.'

export function CreateNamespace(dialog: Pick<CreateDialogProps, 'opened' | 'onClose'>) {
  const scope = useScope()
  const navigate = useNavigate()
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
        void navigate(places.namespace(scope, named.name))
      }}
    />
  )
}
