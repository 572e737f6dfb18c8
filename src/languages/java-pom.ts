import { escapeXml, parseXml, type XmlElement } from './java-xml.ts'

export type ParsedPom =
  /** `pom` is a whole pom.xml of our own; undefined when nothing is to be fetched. */
  | { readonly kind: 'parsed'; readonly pom: string | undefined }
  | { readonly kind: 'refused'; readonly message: string }

/** What Kubeless' own examples name, and Latchkey's shim provides. */
const PROVIDED_GROUP = 'io.kubeless'
/** Words of coordinates, with properties; nothing that could be a path. */
const COORDINATE = /^[A-Za-z0-9_.+${}-]{1,200}$/
/** Versions also come as ranges: `[1.0,2.0)`. */
const VERSION = /^[A-Za-z0-9_.,+${}()[\] -]{1,200}$/
const PROPERTY_NAME = /^[A-Za-z_][\w.-]*$/
const SCOPES: ReadonlySet<string> = new Set(['compile', 'runtime', 'provided', 'test', 'import'])
/** Its value would be the path of a file. */
const FILE_SCOPE = 'system'

const HEAD = `<project xmlns="http://maven.apache.org/POM/4.0.0">
<modelVersion>4.0.0</modelVersion>
<groupId>function</groupId>
<artifactId>function</artifactId>
<version>1</version>
<packaging>pom</packaging>
`

class Refused extends Error {}

/**
 * Reads a `pom.xml`, or its `<dependencies>` alone, and writes one that holds nothing but what names
 * libraries: dependencies, their management, properties and repositories. Plugins, profiles and parents
 * are programs that a build would run with whatever it may do.
 */
export function parsePom(text: string): ParsedPom {
  if (text.trim() === '') return { kind: 'parsed', pom: undefined }
  const xml = parseXml(text)
  if (xml.kind === 'refused') return refused(xml.message)
  const [root, ...more] = xml.roots
  if (root === undefined || more.length > 0) return refused('is no pom.xml')
  try {
    if (root.name === 'dependencies') return { kind: 'parsed', pom: pomOf([root]) }
    if (root.name !== 'project') return refused('is neither a <project> nor its <dependencies>')
    checkParent(root)
    return { kind: 'parsed', pom: pomOf(root.children) }
  } catch (error) {
    if (error instanceof Refused) return refused(error.message)
    throw error
  }
}

function pomOf(parts: readonly XmlElement[]): string | undefined {
  const part = (name: string): readonly XmlElement[] => partOf(parts, name)
  const dependencies = part('dependencies').map(dependency).join('')
  if (dependencies === '') return undefined
  const managed = partOf(part('dependencyManagement'), 'dependencies').map(dependency).join('')
  const pom = [
    HEAD,
    block('properties', part('properties').map(property).join('')),
    block('repositories', part('repositories').map(repository).join('')),
    block('dependencyManagement', block('dependencies', managed)),
    block('dependencies', dependencies),
    '</project>\n',
  ].join('')
  checkReferences(pom, parts)
  return pom
}

function partOf(parts: readonly XmlElement[], name: string): readonly XmlElement[] {
  return parts.find((part) => part.name === name)?.children ?? []
}

function block(name: string, content: string): string {
  return content === '' ? '' : `<${name}>\n${content}</${name}>\n`
}

function checkParent(project: XmlElement): void {
  const parent = project.children.find(({ name }) => name === 'parent')
  if (parent === undefined || value(parent, 'groupId') === PROVIDED_GROUP) return
  const name = `${value(parent, 'groupId')}:${value(parent, 'artifactId')}`
  throw new Refused(
    `names the parent ${JSON.stringify(name)}; what it manages can be imported under <dependencyManagement> with <scope>import</scope>`,
  )
}

function dependency(element: XmlElement): string {
  if (element.name !== 'dependency')
    throw new Refused(`has a <${element.name}> among its dependencies`)
  if (value(element, 'groupId') === PROVIDED_GROUP) return ''
  const scope = value(element, 'scope')
  if (scope === FILE_SCOPE || value(element, 'systemPath') !== undefined) {
    throw new Refused('names a file of the machine as a dependency')
  }
  if (scope !== undefined && !SCOPES.has(scope))
    throw new Refused(`has the unknown scope ${JSON.stringify(scope)}`)
  const fields = [
    field(element, 'groupId', COORDINATE, true),
    field(element, 'artifactId', COORDINATE, true),
    field(element, 'version', VERSION),
    field(element, 'classifier', COORDINATE),
    field(element, 'type', COORDINATE),
    field(element, 'scope', COORDINATE),
    field(element, 'optional', COORDINATE),
    block('exclusions', partOf(element.children, 'exclusions').map(exclusion).join('')),
  ]
  return `<dependency>${fields.join('')}</dependency>\n`
}

function exclusion(element: XmlElement): string {
  const name = /^(\*|[A-Za-z0-9_.-]{1,200})$/
  const fields = [field(element, 'groupId', name, true), field(element, 'artifactId', name, true)]
  return `<exclusion>${fields.join('')}</exclusion>`
}

function property({ name, text }: XmlElement): string {
  if (!PROPERTY_NAME.test(name))
    throw new Refused(`has the unusual property ${JSON.stringify(name)}`)
  return `<${name}>${escapeXml(text.trim())}</${name}>\n`
}

function repository(element: XmlElement): string {
  const url = value(element, 'url') ?? ''
  if (!/^https:\/\/[^\s<>"'$]+$/.test(url)) {
    throw new Refused(`names the repository ${JSON.stringify(url)}; allowed are https addresses`)
  }
  checkName(element)
  // Settings of the machine hold logins by the repository's id: none of them may go to an address from here.
  const id = `function-${value(element, 'id')}`
  return `<repository><id>${escapeXml(id)}</id><url>${escapeXml(url)}</url></repository>\n`
}

function checkName(element: XmlElement): void {
  field(element, 'id', /^[A-Za-z0-9_.-]{1,200}$/, true)
}

/** Maven would put in what the environment and its own options say, passwords of proxies among it. */
function checkReferences(pom: string, parts: readonly XmlElement[]): void {
  const declared = new Set(partOf(parts, 'properties').map((one) => one.name))
  for (const [, name] of pom.matchAll(/\$\{([^}]*)(?:\}|$)/g)) {
    if (declared.has(name!)) continue
    throw new Refused(`refers to the property ${JSON.stringify(name)}, which it does not declare`)
  }
}

function field(element: XmlElement, name: string, allowed: RegExp, isNeeded = false): string {
  const text = value(element, name)
  if (text === undefined) {
    if (isNeeded) throw new Refused(`has a <${element.name}> without a <${name}>`)
    return ''
  }
  if (!allowed.test(text)) throw new Refused(`has the unusual ${name} ${JSON.stringify(text)}`)
  return `<${name}>${escapeXml(text)}</${name}>`
}

function value(element: XmlElement, name: string): string | undefined {
  return element.children.find((child) => child.name === name)?.text.trim()
}

function refused(what: string): ParsedPom {
  return { kind: 'refused', message: `The text of the dependencies ${what}.` }
}
