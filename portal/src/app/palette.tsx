import { Loader, Modal, Text, TextInput, VisuallyHidden } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react'
import { useNavigate } from 'react-router'
import styles from './palette.module.css'
import { type Command, type CommandGroup, matching } from './palette-commands.ts'
import { usePaletteCommands } from './palette-items.ts'
import { useFound } from './palette-search.ts'

/** Everything by what it is called: pages, actions, keys and functions. */
export default function Palette({ onClose }: { readonly onClose: () => void }) {
  const [typed, setTyped] = useState('')
  const [at, setAt] = useState(0)
  const list = useRef<HTMLDivElement>(null)
  const id = useId()
  const navigate = useNavigate()
  const found = useFound(typed)
  const groups = [...matching(usePaletteCommands(), typed), ...found.groups]
  const all = groups.flatMap((group) => group.commands)
  const index = Math.min(at, all.length - 1)
  useEffect(() => {
    list.current?.querySelector(`[data-index="${index}"]`)?.scrollIntoView({ block: 'nearest' })
  }, [index])
  const run = (command: Command) => {
    onClose()
    if (command.kind === 'go') navigate(command.to, { state: command.state })
    else command.run()
  }
  const press = (event: KeyboardEvent) => {
    const to = { ArrowDown: index + 1, ArrowUp: index - 1, Home: 0, End: all.length - 1 }[event.key]
    if (to !== undefined && (event.key.startsWith('Arrow') || event.ctrlKey)) {
      event.preventDefault()
      setAt((to + all.length) % Math.max(1, all.length))
    } else if (event.key === 'Enter' && all[index] !== undefined) {
      event.preventDefault()
      run(all[index])
    }
  }
  return (
    <Modal.Root opened onClose={onClose} padding={0} size="lg" yOffset="10vh">
      <Modal.Overlay />
      <Modal.Content aria-label="Search and commands">
        <TextInput
          data-autofocus
          size="md"
          variant="unstyled"
          px="sm"
          className={styles.input ?? ''}
          leftSection={<IconSearch size={18} aria-hidden />}
          rightSection={found.isPending && <Loader size="xs" aria-hidden />}
          placeholder="Find a page, a key, a function or an action"
          aria-label="Find a page, a key, a function or an action"
          role="combobox"
          aria-expanded
          aria-controls={id}
          aria-autocomplete="list"
          aria-activedescendant={all.length > 0 ? `${id}-${index}` : undefined}
          value={typed}
          onChange={(event) => {
            setTyped(event.currentTarget.value)
            setAt(0)
          }}
          onKeyDown={press}
          spellCheck={false}
          autoComplete="off"
        />
        <div role="listbox" id={id} aria-label="Found" ref={list} className={styles.list}>
          <Groups groups={groups} at={index} id={id} onRun={run} />
        </div>
        {all.length === 0 && !found.isPending && (
          <Text c="dimmed" size="sm" p="md">
            Nothing is called like that.
          </Text>
        )}
        {found.hasFailed && (
          <Text c="dimmed" size="sm" px="md" pb="md">
            Keys and functions could not be searched: the server does not answer.
          </Text>
        )}
        <VisuallyHidden aria-live="polite">
          {typed !== '' && !found.isPending && `${all.length} found`}
        </VisuallyHidden>
      </Modal.Content>
    </Modal.Root>
  )
}

interface GroupsProps {
  readonly groups: readonly CommandGroup[]
  readonly at: number
  readonly id: string
  readonly onRun: (command: Command) => void
}

function Groups({ groups, at, id, onRun }: GroupsProps) {
  let index = -1
  return groups.map(({ label, commands }) => (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is no part of a list box
    <div key={label} role="group" aria-label={label}>
      <Text size="xs" c="dimmed" fw={600} px="md" pt="sm" pb={4} aria-hidden>
        {label}
      </Text>
      {commands.map((command) => {
        index += 1
        return (
          // biome-ignore lint/a11y/useKeyWithClickEvents lint/a11y/useFocusableInteractive: the field keeps the focus and has the keys
          <div
            key={command.id}
            role="option"
            id={`${id}-${index}`}
            data-index={index}
            aria-selected={index === at}
            className={styles.option}
            onClick={() => onRun(command)}
          >
            <span>{command.label}</span>
            {command.hint !== undefined && <span className={styles.hint}>{command.hint}</span>}
          </div>
        )
      })}
    </div>
  ))
}
