import { List, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { isChangedMeanwhile } from '../../../src/client/edit-tag.ts'
import type { Scope } from '../../../src/domain/names.ts'
import { api } from '../app/api.ts'
import { ConfirmByName } from '../ui/confirm-by-name.tsx'
import { counted } from '../ui/counted.ts'
import { useConfirmed } from '../ui/use-confirmed.ts'
import { functionsOf, namespaceKeysQuery, namespaceQuery } from './namespace-queries.ts'

export interface DeleteNamespaceProps {
  readonly scope: Scope
  /** Undefined while nothing is to be deleted. */
  readonly namespace: { readonly name: string; readonly functions: number } | undefined
  readonly onClose: () => void
  readonly onDeleted?: () => void
}

/** Says what goes with it, and deletes only what has been told. */
export function DeleteNamespace({ scope, namespace, onClose, onDeleted }: DeleteNamespaceProps) {
  const { shown, dialog } = useConfirmed({
    thing: namespace,
    change: remove,
    changes: ['namespaces', 'functions', 'keys'].map((noun) => [noun, scope]),
    onDone: onDeleted,
    onClose,
  })
  const name = shown?.name ?? ''
  const enabled = namespace !== undefined
  const keys = useQuery({ ...namespaceKeysQuery(scope, name), enabled })
  const fresh = useQuery({ ...namespaceQuery(scope, name), enabled, staleTime: 0 })
  const functions = fresh.data ? functionsOf(fresh.data.namespace) : (shown?.functions ?? 0)
  async function remove() {
    try {
      await api.namespaces.delete(scope, name, { ifMatch: fresh.data?.tag })
    } catch (error) {
      if (isChangedMeanwhile(error)) await fresh.refetch()
      throw error
    }
  }
  return (
    <ConfirmByName
      {...dialog}
      title={`Delete the namespace ${name}?`}
      name={name}
      action="Delete namespace"
      isPending={dialog.isPending || (enabled && fresh.isPending)}
    >
      <Text>This cannot be undone. With it go:</Text>
      <List>
        <List.Item>
          {functions === 0
            ? 'no functions: it has none'
            : `${counted(functions, 'function')}, with code, versions and logs: callers get 404`}
        </List.Item>
        <List.Item>its environment values, plain and secret</List.Item>
        <List.Item>
          {keys.data === undefined
            ? 'the access that API keys have to it'
            : `the access of ${counted(keys.data.count, 'API key')} to the whole namespace, and of others to its functions; the keys themselves stay`}
        </List.Item>
      </List>
    </ConfirmByName>
  )
}
