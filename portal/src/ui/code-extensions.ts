import { HighlightStyle, syntaxHighlighting } from '@codemirror/language'
import type { Extension } from '@codemirror/state'
import { EditorView } from '@codemirror/view'
import { tags } from '@lezer/highlight'
import { useEffect, useState } from 'react'
import { styleNonce } from '../app/nonce.ts'
import classes from './code-editor.module.css'
import { type CodeLanguage, loadLanguage } from './code-languages.ts'

/** Colours are in the style sheet, where both schemes stand side by side. */
const HIGHLIGHT = HighlightStyle.define([
  { tag: [tags.keyword, tags.modifier, tags.operatorKeyword], class: classes.keyword! },
  { tag: [tags.string, tags.special(tags.string), tags.regexp], class: classes.string! },
  { tag: [tags.number, tags.bool, tags.null, tags.atom], class: classes.number! },
  { tag: tags.comment, class: classes.comment! },
  {
    tag: [tags.function(tags.variableName), tags.function(tags.propertyName)],
    class: classes.call!,
  },
  { tag: [tags.typeName, tags.className, tags.namespace], class: classes.type! },
  { tag: [tags.propertyName, tags.attributeName], class: classes.property! },
  { tag: tags.invalid, class: classes.invalid! },
])

export function codeAppearance(isDark: boolean): Extension {
  return [
    // The page's content security policy lets no other style element through.
    EditorView.cspNonce.of(styleNonce()),
    EditorView.darkTheme.of(isDark),
    syntaxHighlighting(HIGHLIGHT),
  ]
}

/** What is read out when the text gets the focus. */
export function codeLabels(label: string, hintId?: string): Extension {
  return EditorView.contentAttributes.of({
    'aria-label': label,
    spellcheck: 'false',
    // It can be focused without; what checks pages does not know.
    tabindex: '0',
    ...(hintId !== undefined && { 'aria-describedby': hintId }),
  })
}

/** Nothing until the language has come. */
export function useLanguage(language: CodeLanguage): Extension {
  const [support, setSupport] = useState<Extension>([])
  useEffect(() => {
    let isWanted = true
    loadLanguage(language).then(
      (loaded) => isWanted && setSupport(loaded),
      // Text without colours can be edited too.
      () => isWanted && setSupport([]),
    )
    return () => {
      isWanted = false
    }
  }, [language])
  return support
}
