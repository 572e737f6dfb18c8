import { useMantineColorScheme } from '@mantine/core'
import { useCurrentScope } from './current-scope.ts'
import { meets } from './may.ts'
import { useMe } from './me.ts'
import { visibleNavigation } from './navigation.ts'
import type { Command, CommandGroup } from './palette-commands.ts'
import { openShortcuts } from './palette-state.ts'
import { places } from './places.ts'
import { GO_KEYS } from './shortcuts.ts'

/** What there is to go to and to do for who is logged in. */
export function usePaletteCommands(): CommandGroup[] {
  const me = useMe()
  const scope = useCurrentScope()
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const may = (needs: Parameters<typeof meets>[1]) => meets(me, needs, scope.projectId)
  const pages: Command[] = visibleNavigation(may)
    .flatMap((entry) =>
      entry.children === undefined
        ? [{ label: entry.label, to: entry.place(scope) }]
        : entry.children.map((child) => ({
            label: `${entry.label}: ${child.label}`,
            to: child.place(scope),
          })),
    )
    .map(({ label, to }) => {
      const key = GO_KEYS.find(({ place }) => place(scope) === to)?.key
      return { kind: 'go', id: to, label, to, ...(key !== undefined && { hint: `g ${key}` }) }
    })
  const viewer: Command[] = may('project:viewer')
    ? [
        go('Notifications', places.notifications(scope), 'notices bell'),
        go('API keys to review', places.keyReview(scope), 'unused'),
        go('Deleted API keys', places.deletedKeys(scope), 'restore'),
      ]
    : []
  const changes: Command[] = may('project:editor')
    ? [
        go('Create API key', places.newKey(scope), 'new'),
        go('Create function', places.newFunction(scope), 'new'),
      ]
    : []
  const next = colorScheme === 'dark' ? 'light' : 'dark'
  return [
    {
      label: 'Pages',
      commands: [...pages, ...viewer, go('Account', places.account(), 'password sessions')],
    },
    {
      label: 'Actions',
      commands: [
        ...changes,
        {
          kind: 'do',
          id: 'scheme',
          label: `Use ${next} colours`,
          words: 'dark light theme scheme',
          run: () => setColorScheme(next),
        },
        {
          kind: 'do',
          id: 'shortcuts',
          label: 'Show keyboard shortcuts',
          hint: '?',
          run: openShortcuts,
        },
        go('Log out', places.signOut(), 'sign out', { isAsked: true }),
      ],
    },
  ]
}

function go(label: string, to: string, words = '', state?: unknown): Command {
  return { kind: 'go', id: to, label, to, words, state }
}
