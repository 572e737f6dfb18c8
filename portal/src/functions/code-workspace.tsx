import { Alert, Box, Text } from '@mantine/core'
import { useEffect, useState } from 'react'
import { CodeEditor } from '../ui/code-editor.tsx'
import { CodeFiles } from './code-files.tsx'
import { languageOfPart, nameOfPart } from './code-names.ts'
import type { FaultPlace } from './code-places.ts'
import { type Part, partsOf, type Source, sourceErrors, textOf, withText } from './code-source.ts'
import classes from './code-workspace.module.css'

export interface CodeWorkspaceProps {
  readonly source: Source
  /** Absent where it is only read. */
  readonly onChange?: (source: Source) => void
  readonly runtime: string
  readonly part: Part
  readonly onPart: (part: Part) => void
  /** Those that are marked as changed. */
  readonly changed?: readonly Part[]
  /** Another object leads there. */
  readonly goTo?: FaultPlace | undefined
}

/** All texts of a function: the list of its files, and the editor of the one that is chosen. */
export function CodeWorkspace(props: CodeWorkspaceProps) {
  const { source, onChange, runtime, part, goTo } = props
  const opened = useOpened(source, part)
  const errors = sourceErrors(source)
  return (
    <>
      <Box className={classes.workspace}>
        <CodeFiles {...props} />
        <Box miw={0}>
          {opened.map((one) => {
            const name = nameOfPart(one, runtime, source.code_text)
            return (
              <Box key={one} hidden={one !== part}>
                <CodeEditor
                  label={name}
                  language={languageOfPart(one, name)}
                  value={textOf(source, one) ?? ''}
                  {...(onChange && { onChange: (text) => onChange(withText(source, one, text)) })}
                  minHeight="20rem"
                  maxHeight="70vh"
                  goTo={goTo?.part === one ? goTo : undefined}
                />
              </Box>
            )
          })}
          {part === 'dependencies' && (
            <Text size="xs" c="dimmed">
              {dependenciesHint(runtime)}
            </Text>
          )}
        </Box>
      </Box>
      {errors.map(({ part: of, message }) => (
        <Alert key={of} color="red" mt="xs" role="alert" title={message} />
      ))}
    </>
  )
}

/** Files that were looked at stay open behind the chosen one, so that each keeps what can be undone in it. */
function useOpened(source: Source, part: Part): readonly Part[] {
  const [seen, setSeen] = useState<readonly Part[]>([part])
  useEffect(() => {
    setSeen((before) => (before.includes(part) ? before : [...before, part]))
  }, [part])
  const there = partsOf(source)
  return [...new Set([...seen, part])].filter((one) => there.includes(one))
}

function dependenciesHint(runtime: string): string {
  if (runtime.startsWith('nodejs')) {
    return 'A package.json, or just its object of names and ranges. Empty for none. Install scripts of packages are not run.'
  }
  if (runtime.startsWith('python')) return 'A requirements.txt. Empty for none.'
  if (runtime.startsWith('go')) return 'A go.mod. Empty for none: imports are then looked up.'
  return 'A pom.xml, or its <dependencies> alone. Empty for none.'
}
