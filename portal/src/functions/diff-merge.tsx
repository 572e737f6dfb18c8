import { MergeView, unifiedMergeView } from '@codemirror/merge'
import { EditorState, type Extension } from '@codemirror/state'
import { EditorView, lineNumbers } from '@codemirror/view'
import { Checkbox, SimpleGrid, Text, useComputedColorScheme, useMantineTheme } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { useEffect, useRef, useState } from 'react'
import classes from '../ui/code-editor.module.css'
import { codeAppearance, codeLabels, useLanguage } from '../ui/code-extensions.ts'
import type { DiffViewProps } from './diff-view.tsx'

type Shown = Omit<DiffViewProps, 'language'> & { readonly isWhole: boolean }

const COLLAPSE = { margin: 3, minSize: 6 }
/** Time for finding what is the same; beyond it differences are only shown less finely. */
const DIFF = { scanLimit: 500, timeout: 400 }

/** The differences themselves, in a chunk of their own: see `diff-view.tsx`. */
export default function DiffMerge(props: DiffViewProps) {
  const { label, language, before, after, beforeName, afterName } = props
  const place = useRef<HTMLDivElement>(null)
  const isDark = useComputedColorScheme('light') === 'dark'
  const { breakpoints } = useMantineTheme()
  const isWide = useMediaQuery(`(min-width: ${breakpoints.md})`, true, {
    getInitialValueInEffect: false,
  })
  const support = useLanguage(language)
  const [isWhole, setWhole] = useState(false)
  useEffect(() => {
    const shared = [
      codeAppearance(isDark),
      support,
      lineNumbers(),
      EditorState.readOnly.of(true),
      EditorView.lineWrapping,
    ]
    const parent = place.current!
    const shown = { label, before, after, beforeName, afterName, isWhole }
    const view = isWide
      ? sideBySide(parent, shared, shown)
      : oneBelowTheOther(parent, shared, shown)
    return () => view.destroy()
  }, [before, after, label, beforeName, afterName, isDark, isWide, isWhole, support])
  return (
    <>
      {isWide ? (
        <SimpleGrid cols={2} mb={4}>
          <Text size="xs" fw={600}>
            {beforeName}
          </Text>
          <Text size="xs" fw={600}>
            {afterName}
          </Text>
        </SimpleGrid>
      ) : (
        <Text size="xs" fw={600} mb={4}>
          From {beforeName.toLowerCase()} (red) to {afterName.toLowerCase()} (green)
        </Text>
      )}
      <div ref={place} className={classes.editor} />
      <Checkbox
        label="Show unchanged lines too"
        size="xs"
        mt={6}
        checked={isWhole}
        onChange={(event) => setWhole(event.currentTarget.checked)}
      />
    </>
  )
}

function sideBySide(parent: Element, shared: Extension, props: Shown) {
  const { label, before, after, beforeName, afterName, isWhole } = props
  return new MergeView({
    parent,
    a: { doc: before, extensions: [shared, codeLabels(`${label}, ${beforeName}`)] },
    b: { doc: after, extensions: [shared, codeLabels(`${label}, ${afterName}`)] },
    ...(!isWhole && { collapseUnchanged: COLLAPSE }),
    diffConfig: DIFF,
  })
}

function oneBelowTheOther(parent: Element, shared: Extension, props: Shown) {
  const { label, before, after, beforeName, afterName, isWhole } = props
  return new EditorView({
    parent,
    doc: after,
    extensions: [
      shared,
      codeLabels(`${label}, from ${beforeName} to ${afterName}`),
      unifiedMergeView({
        original: before,
        mergeControls: false,
        ...(!isWhole && { collapseUnchanged: COLLAPSE }),
        diffConfig: DIFF,
      }),
    ],
  })
}
