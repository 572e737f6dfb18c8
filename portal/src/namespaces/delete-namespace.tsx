import { List, Text } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { Scope } from '../../../src/domain/names.ts'
import { api } from '../app/api.ts'
import { ConfirmByName } from '../ui/confirm-by-name.tsx'
import { useLast } from '../ui/use-last.ts'
import { namespaceKeysQuery } from './namespace-queries.ts'

export interface DeleteNamespaceProps {
  readonly scope: Scope
  /** Undefined while nothing is to be deleted. */
  readonly namespace: { readonly name: string; readonly functions: number } | undefined
  readonly onClose: () => void
  readonly onDeleted?: () => void
}

/** Says what goes with it. */
export function DeleteNamespace({ scope, namespace, onClose, onDeleted }: DeleteNamespaceProps) {
  const queryClient = useQueryClient()
  const shown = useLast(namespace)
  const name = shown?.name ?? ''
  const functions = shown?.functions ?? 0
  const keys = useQuery({ ...namespaceKeysQuery(scope, name), enabled: namespace !== undefined })
  const mutation = useMutation({
    mutationFn: () => api.namespaces.delete(scope, name),
    async onSuccess() {
      onDeleted?.()
      onClose()
      await Promise.all(
        ['namespaces', 'functions', 'keys'].map((noun) =>
          queryClient.invalidateQueries({ queryKey: [noun, scope] }),
        ),
      )
    },
  })
  return (
    <ConfirmByName
      opened={namespace !== undefined}
      title={`Delete the namespace ${name}?`}
      name={name}
      action="Delete namespace"
      isPending={mutation.isPending}
      error={mutation.error}
      onConfirm={() => mutation.mutate()}
      onClose={() => {
        mutation.reset()
        onClose()
      }}
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

export function counted(count: number, noun: string): string {
  return count === 1 ? `1 ${noun}` : `${count} ${noun}s`
}
