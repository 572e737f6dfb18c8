import { ActionIcon, Box, Button, Menu, Text, UnstyledButton, VisuallyHidden } from '@mantine/core'
import { IconDots, IconPencil, IconPlus, IconTrash } from '@tabler/icons-react'
import { useState } from 'react'
import { CodeFileDialog } from './code-file-dialog.tsx'
import { dependencyFile, nameOfPart } from './code-names.ts'
import { type Part, partsOf, pathOf, textOf, withoutFile, withText } from './code-source.ts'
import classes from './code-workspace.module.css'
import type { CodeWorkspaceProps } from './code-workspace.tsx'

/** The names of a function's files; further ones can be added, renamed and deleted. */
export function CodeFiles(props: CodeWorkspaceProps) {
  const { source, onChange, runtime, part, onPart, changed = [] } = props
  const [naming, setNaming] = useState<{ readonly path?: string }>()
  const remove = (path: string) => {
    onChange?.(withoutFile(source, path))
    if (part === `files/${path}`) onPart('code_text')
  }
  const named = (path: string) => {
    const before = naming?.path
    const text = before === undefined ? '' : (textOf(source, `files/${before}`) ?? '')
    const rest = before === undefined ? source : withoutFile(source, before)
    onChange?.(withText(rest, `files/${path}`, text))
    onPart(`files/${path}`)
    setNaming(undefined)
  }
  return (
    <Box component="nav" aria-label="Files">
      <ul className={classes.files}>
        {partsOf(source).map((one) => {
          const name = nameOfPart(one, runtime, source.code_text)
          return (
            <li key={one} className={classes.file} {...(one === part && { 'data-chosen': true })}>
              <UnstyledButton
                className={classes.name}
                onClick={() => onPart(one)}
                {...(one === part && { 'aria-current': true })}
              >
                {name}
                {changed.includes(one) && <Changed />}
              </UnstyledButton>
              {one.startsWith('files/') && onChange !== undefined && (
                <FileMenu part={one} onRename={(path) => setNaming({ path })} onDelete={remove} />
              )}
            </li>
          )
        })}
        {onChange !== undefined && (
          <li>
            <Button
              size="compact-sm"
              variant="subtle"
              leftSection={<IconPlus size={14} aria-hidden />}
              onClick={() => setNaming({})}
            >
              Add a file
            </Button>
          </li>
        )}
      </ul>
      {naming !== undefined && (
        <CodeFileDialog
          source={source}
          runtime={runtime}
          {...(naming.path !== undefined && { path: naming.path })}
          onNamed={named}
          onClose={() => setNaming(undefined)}
        />
      )}
      {part === 'dependencies' && textOf(source, part) === '' && (
        <VisuallyHidden>{dependencyFile(runtime)} is empty.</VisuallyHidden>
      )}
    </Box>
  )
}

function Changed() {
  return (
    <Text span c="dimmed" size="xs" ml={6}>
      changed
    </Text>
  )
}

function FileMenu({
  part,
  onRename,
  onDelete,
}: {
  readonly part: Part
  readonly onRename: (path: string) => void
  readonly onDelete: (path: string) => void
}) {
  const path = pathOf(part)
  return (
    <Menu withinPortal position="bottom-end">
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={`Actions for ${path}`}>
          <IconDots size={16} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconPencil size={16} />} onClick={() => onRename(path)}>
          Rename
        </Menu.Item>
        <Menu.Item color="red" leftSection={<IconTrash size={16} />} onClick={() => onDelete(path)}>
          Delete
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
