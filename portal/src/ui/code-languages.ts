import type { Extension } from '@codemirror/state'

export type CodeLanguage = 'javascript' | 'typescript' | 'python' | 'go' | 'java' | 'json' | 'plain'

const BY_ENDING: Readonly<Record<string, CodeLanguage>> = {
  js: 'javascript',
  cjs: 'javascript',
  mjs: 'javascript',
  jsx: 'javascript',
  ts: 'typescript',
  cts: 'typescript',
  mts: 'typescript',
  tsx: 'typescript',
  py: 'python',
  go: 'go',
  java: 'java',
  json: 'json',
}

/** By how the file's name ends. */
export function languageOfFile(path: string): CodeLanguage {
  return BY_ENDING[path.slice(path.lastIndexOf('.') + 1).toLowerCase()] ?? 'plain'
}

/** What draws the language, fetched when it is first needed. */
export async function loadLanguage(language: CodeLanguage): Promise<Extension> {
  switch (language) {
    case 'javascript':
    case 'typescript': {
      const { javascript } = await import('@codemirror/lang-javascript')
      return javascript({ typescript: language === 'typescript', jsx: language === 'javascript' })
    }
    case 'python':
      return (await import('@codemirror/lang-python')).python()
    case 'go':
      return (await import('@codemirror/lang-go')).go()
    case 'java':
      return (await import('@codemirror/lang-java')).java()
    case 'json':
      return (await import('@codemirror/lang-json')).json()
    case 'plain':
      return []
  }
}
