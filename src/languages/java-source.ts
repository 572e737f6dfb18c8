/** Where javac wants a file of code to lie, and what the file's class is called. */
export interface JavaPlace {
  /** `io/kubeless/Module.java`. */
  readonly path: string
  /** `io.kubeless.Module`. */
  readonly className: string
}

const IDENTIFIER = '[\\p{L}_$][\\p{L}\\p{Nd}_$]*'
const PACKAGE = new RegExp(`\\bpackage\\s+(${IDENTIFIER}(?:\\s*\\.\\s*${IDENTIFIER})*)\\s*;`, 'u')
const MODIFIERS = '(?:(?:abstract|final|sealed|non-sealed|strictfp)\\s+)*'
const KIND = '(?:class|interface|enum|record)'
const PUBLIC_TYPE = new RegExp(`\\bpublic\\s+${MODIFIERS}${KIND}\\s+(${IDENTIFIER})`, 'u')
const ANY_TYPE = new RegExp(`\\b${KIND}\\s+(${IDENTIFIER})`, 'u')
const WITHOUT_TYPE = 'Module'

/** By its package, and its public type or else its first one. */
export function placeOf(codeText: string): JavaPlace {
  const code = topLevel(codeText)
  const packageName = PACKAGE.exec(code)?.[1]?.replaceAll(/\s/g, '') ?? ''
  const type = PUBLIC_TYPE.exec(code)?.[1] ?? ANY_TYPE.exec(code)?.[1] ?? WITHOUT_TYPE
  const className = packageName === '' ? type : `${packageName}.${type}`
  return { path: `${className.replaceAll('.', '/')}.java`, className }
}

const PIECE =
  /\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|"""[\s\S]*?(?:"""|$)|"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?|[{}]|[^/"'{}]+|[/]/g

/** What stands outside of braces, comments and text. */
function topLevel(codeText: string): string {
  let depth = 0
  let code = ''
  for (const [piece] of codeText.matchAll(PIECE)) {
    if (piece === '{') depth += 1
    else if (piece === '}') depth -= 1
    else if (/^(\/\/|\/\*|["'])/.test(piece)) code += ' '
    else if (depth === 0) code += piece
    if (piece === '{' && depth === 1) code += ' '
  }
  return code
}
