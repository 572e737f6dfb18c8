/** An element of an XML text: its name, what stands directly in it as text, and its elements. */
export interface XmlElement {
  readonly name: string
  readonly text: string
  readonly children: readonly XmlElement[]
}

export type ParsedXml =
  | { readonly kind: 'parsed'; readonly roots: readonly XmlElement[] }
  /** `message` is the rest of a sentence: "The text …". */
  | { readonly kind: 'refused'; readonly message: string }

interface Open {
  readonly name: string
  text: string
  readonly children: XmlElement[]
}

const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
}
const TOKEN =
  /<!--[\s\S]*?-->|<!\[CDATA\[[\s\S]*?\]\]>|<\?[\s\S]*?\?>|<!|<\/?[A-Za-z_][^\s/<>]*(?:"[^"]*"|'[^']*'|[^"'<>])*>|[^<]+|</g

/** As much of XML as a file of dependencies is made of; a document type, which could pull in other files, is refused. */
export function parseXml(text: string): ParsedXml {
  const top: Open = { name: '', text: '', children: [] }
  const open: Open[] = [top]
  for (const { 0: token, index } of text.replace(/^\ufeff/, '').matchAll(TOKEN)) {
    const current = open.at(-1)!
    const refused = (what: string): ParsedXml => {
      const line = text.slice(0, index).split('\n').length
      return { kind: 'refused', message: `${what} in line ${line}` }
    }
    if (token.startsWith('<!--') || token.startsWith('<?')) continue
    if (token.startsWith('<![CDATA[')) current.text += token.slice(9, -3)
    else if (token === '<!' || token === '<') return refused('has something that is not allowed')
    else if (token.startsWith('</')) {
      const name = token.slice(2, -1).trim()
      if (current === top || current.name !== name)
        return refused(`ends <${name}> where it is not open`)
      open.pop()
      open.at(-1)!.children.push(current)
    } else if (token.startsWith('<')) {
      const name = /^<([^\s/>]+)/.exec(token)![1]!
      const element: Open = { name, text: '', children: [] }
      if (token.endsWith('/>')) current.children.push(element)
      else open.push(element)
    } else current.text += decoded(token)
  }
  if (open.length > 1) return { kind: 'refused', message: `does not end <${open.at(-1)!.name}>` }
  if (top.text.trim() !== '') return { kind: 'refused', message: 'is not XML' }
  return { kind: 'parsed', roots: top.children }
}

export function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

function decoded(text: string): string {
  return text.replaceAll(/&(#x[0-9a-f]+|#[0-9]+|\w+);/gi, (whole, name: string) => {
    if (!name.startsWith('#')) return ENTITIES[name] ?? whole
    const code =
      name[1]?.toLowerCase() === 'x' ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1))
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole
  })
}
