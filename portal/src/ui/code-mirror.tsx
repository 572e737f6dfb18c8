import { useComputedColorScheme } from '@mantine/core'
import ReactCodeMirror, { EditorSelection, type EditorView } from '@uiw/react-codemirror'
import { useEffect, useMemo, useState } from 'react'
import type { CodeEditorProps, CodePlace } from './code-editor.tsx'
import { codeAppearance, codeLabels, useLanguage } from './code-extensions.ts'

/** The editor itself, in a chunk of its own: see `code-editor.tsx`. */
export default function CodeMirror(
  props: CodeEditorProps & { readonly hintId?: string; readonly className: string },
) {
  const { label, language, value, onChange, minHeight, maxHeight, goTo, hintId, className } = props
  const isDark = useComputedColorScheme('light') === 'dark'
  const languageSupport = useLanguage(language)
  const [view, setView] = useState<EditorView>()
  const extensions = useMemo(
    () => [codeAppearance(isDark), codeLabels(label, hintId), languageSupport],
    [isDark, label, hintId, languageSupport],
  )
  useEffect(() => {
    if (view !== undefined && goTo !== undefined) moveTo(view, goTo)
  }, [view, goTo])
  return (
    <ReactCodeMirror
      className={className}
      value={value}
      theme="none"
      extensions={extensions}
      onCreateEditor={setView}
      readOnly={onChange === undefined}
      {...(onChange && { onChange })}
      {...(minHeight !== undefined && { minHeight })}
      {...(maxHeight !== undefined && { maxHeight })}
      basicSetup={{ highlightActiveLine: onChange !== undefined, foldGutter: false }}
    />
  )
}

function moveTo(view: EditorView, { line, column = 1 }: CodePlace): void {
  const { doc } = view.state
  const { from, to } = doc.line(Math.min(Math.max(1, line), doc.lines))
  const at = Math.min(from + column - 1, to)
  view.dispatch({ selection: EditorSelection.cursor(at), scrollIntoView: true })
  view.focus()
}
