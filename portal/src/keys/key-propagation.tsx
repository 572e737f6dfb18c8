import { Group, List, Stack, Text } from '@mantine/core'
import { IconCheck, IconClock, IconPlugConnectedX, IconZzz } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import type {
  KeyPropagationSerializer,
  NodePropagationSerializer,
} from '../../../src/client/types.ts'
import type { Scope } from '../../../src/domain/names.ts'
import { propagationQuery } from './key-queries.ts'

const POLL_MS = 1_000

/** How far the newest change of a key is, asked again until it is in force everywhere. */
export function usePropagation(
  scope: Scope,
  nameOrId: string,
  {
    isAsked = true,
    isDone = isApplied,
  }: { isAsked?: boolean; isDone?: (propagation: KeyPropagationSerializer) => boolean } = {},
) {
  return useQuery({
    ...propagationQuery(scope, nameOrId),
    enabled: isAsked,
    refetchInterval: ({ state }) =>
      state.data !== undefined && isDone(state.data) ? false : POLL_MS,
  })
}

function isApplied({ state }: KeyPropagationSerializer): boolean {
  return state === 'applied'
}

/** Node by node, in words. */
export function PropagationList({
  propagation,
}: {
  readonly propagation: KeyPropagationSerializer
}) {
  return (
    <Stack gap="xs" aria-live="polite">
      <Text size="sm">{stateText(propagation)}</Text>
      <List size="sm" listStyleType="none" aria-label="Nodes" spacing={4}>
        {propagation.nodes.map((node) => (
          <List.Item key={node.name}>
            <NodeLine node={node} />
          </List.Item>
        ))}
      </List>
    </Stack>
  )
}

function NodeLine({ node }: { readonly node: NodePropagationSerializer }) {
  const { icon: Icon, color, text } = nodeState(node)
  return (
    <Group gap="xs" wrap="nowrap" align="flex-start">
      <Icon size={16} aria-hidden color={`var(--mantine-color-${color}-text)`} />
      <Text size="sm" span>
        <Text span fw={600} size="sm">
          {node.name}
        </Text>{' '}
        {text}
      </Text>
    </Group>
  )
}

export function stateText({ state, nodes }: KeyPropagationSerializer): string {
  const missing = nodes.filter(({ applied, counts }) => !applied && counts)
  switch (state) {
    case 'applied':
      return 'The newest change is in force on every node.'
    case 'pending':
      return `The change is on its way to ${nodesText(missing.length)}.`
    case 'lagging':
      return `The change is made, but ${nodesText(missing.length)} still ${missing.length === 1 ? 'has' : 'have'} to apply it. What it takes away may be let through there until then.`
  }
}

function nodeState(node: NodePropagationSerializer) {
  if (node.applied) return { icon: IconCheck, color: 'green', text: 'has it in force.' }
  if (!node.counts) {
    return {
      icon: IconZzz,
      color: 'gray',
      text: 'is cut off for so long that it answers every call with 503; it does not count.',
    }
  }
  if (!node.connected) {
    return { icon: IconPlugConnectedX, color: 'red', text: `is cut off${silentText(node)}.` }
  }
  return { icon: IconClock, color: 'yellow', text: 'has not applied it yet.' }
}

function silentText({ silent_for_seconds: seconds }: NodePropagationSerializer): string {
  return seconds === null ? '' : ` and has been silent for ${Math.round(seconds)} s`
}

function nodesText(count: number): string {
  return count === 1 ? 'one node' : `${count} nodes`
}
