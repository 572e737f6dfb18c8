import { Skeleton, Text } from '@mantine/core'
import { lazy, Suspense, useId } from 'react'
import classes from './code-editor.module.css'
import type { CodeLanguage } from './code-languages.ts'

export interface CodeEditorProps {
  /** What is edited, for those who do not see it: `handler.js`. */
  readonly label: string
  readonly language: CodeLanguage
  readonly value: string
  /** Absent for text that is only read. */
  readonly onChange?: (value: string) => void
  /** CSS lengths; the editor grows with its text between them. */
  readonly minHeight?: string
  readonly maxHeight?: string
  /** Another object moves the cursor there and the focus with it. */
  readonly goTo?: CodePlace | undefined
}

export interface CodePlace {
  /** From 1. */
  readonly line: number
  /** From 1. */
  readonly column?: number | undefined
}

const CodeMirror = lazy(() => import('./code-mirror.tsx'))

/** Text of a program. What draws it is fetched when it is first needed. */
export function CodeEditor(props: CodeEditorProps) {
  const hintId = useId()
  const isReadOnly = props.onChange === undefined
  return (
    <div>
      <Suspense fallback={<Skeleton height={props.minHeight ?? '12rem'} aria-busy="true" />}>
        <CodeMirror {...props} {...(!isReadOnly && { hintId })} className={classes.editor!} />
      </Suspense>
      {!isReadOnly && (
        <Text id={hintId} size="xs" c="dimmed" mt={4}>
          Tab indents. To leave the editor press Escape, then Tab.
        </Text>
      )}
    </div>
  )
}
