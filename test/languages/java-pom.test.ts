import { describe, expect, test } from 'vitest'
import { parsePom } from '../../src/languages/java-pom.ts'
import { parseXml } from '../../src/languages/java-xml.ts'

const LANG3 =
  '<dependency><groupId>org.apache.commons</groupId><artifactId>commons-lang3</artifactId><version>3.14.0</version></dependency>'

function project(parts: string): string {
  return `<?xml version="1.0"?>\n<!-- ours -->\n<project xmlns="http://maven.apache.org/POM/4.0.0">${parts}</project>`
}

function pomOf(text: string): string | undefined {
  const parsed = parsePom(text)
  if (parsed.kind === 'refused') throw new Error(parsed.message)
  return parsed.pom
}

describe('the text of a pom', () => {
  test.each([
    ['nothing', ''],
    ['a project without dependencies', project('<build/>')],
    ['an empty list', '<dependencies></dependencies>'],
    [
      'what the shim brings',
      '<dependencies><dependency><groupId>io.kubeless</groupId><artifactId>params</artifactId></dependency></dependencies>',
    ],
  ])('that is %s wants no Maven', (_title, text) => {
    expect(pomOf(text)).toBeUndefined()
  })

  test('keeps dependencies, properties, managed versions, exclusions and repositories', () => {
    const pom = pomOf(
      project(`
        <properties><v>1.0 &amp; more</v></properties>
        <repositories><repository><id>ours</id><url>https://repo.example.com/m2</url></repository></repositories>
        <dependencyManagement><dependencies><dependency><groupId>a</groupId><artifactId>bom</artifactId>
          <version>\${v}</version><type>pom</type><scope>import</scope></dependency></dependencies></dependencyManagement>
        <dependencies><dependency><groupId>a</groupId><artifactId>b</artifactId>
          <exclusions><exclusion><groupId>*</groupId><artifactId>c</artifactId></exclusion></exclusions>
        </dependency></dependencies>`),
    )
    expect(pom).toContain('<v>1.0 &amp; more</v>')
    // Under no id that a login of the machine's settings could be meant for.
    expect(pom).toContain('<id>function-ours</id><url>https://repo.example.com/m2</url>')
    // biome-ignore lint/suspicious/noTemplateCurlyInString: Maven's own form of a property.
    expect(pom).toContain('<version>${v}</version><type>pom</type><scope>import</scope>')
    expect(pom).toContain('<exclusion><groupId>*</groupId><artifactId>c</artifactId></exclusion>')
  })

  test('may be its dependencies alone', () => {
    expect(pomOf(`<dependencies>${LANG3}</dependencies>`)).toContain('<artifactId>commons-lang3<')
  })

  test('loses everything that would run at the build', () => {
    const pom = pomOf(
      project(`<parent><groupId>io.kubeless</groupId><artifactId>kubeless</artifactId></parent>
        <build><plugins><plugin><artifactId>evil</artifactId></plugin></plugins><extensions/></build>
        <profiles><profile><build/></profile></profiles><pluginRepositories/>
        <dependencies>${LANG3}</dependencies>`),
    )
    expect(pom).not.toMatch(/parent|build|plugin|profile|extension|kubeless/)
  })

  test.each([
    ['is no XML', 'commons-lang3', /is not XML/],
    ['is cut off', '<project><dependencies>', /does not end <dependencies>/],
    ['is torn', '<project></dependencies>', /ends <dependencies> where it is not open in line 1/],
    ['is something else', '<settings/>', /neither a <project> nor its <dependencies>/],
    ['is two', '<project/><project/>', /is no pom\.xml/],
    [
      'has a document type',
      '<!DOCTYPE a SYSTEM "file:///etc/passwd"><project/>',
      /not allowed in line 1/,
    ],
    [
      'has a parent',
      project(`<parent><groupId>org.example</groupId><artifactId>p</artifactId></parent>`),
      /names the parent "org\.example:p"; what it manages can be imported/,
    ],
    [
      'has a file of the machine',
      '<dependencies><dependency><groupId>a</groupId><artifactId>b</artifactId><scope>system</scope><systemPath>/etc/passwd</systemPath></dependency></dependencies>',
      /a file of the machine/,
    ],
    [
      'has a path as a version',
      '<dependencies><dependency><groupId>a</groupId><artifactId>b</artifactId><version>../../x</version></dependency></dependencies>',
      /unusual version/,
    ],
    [
      'names nothing',
      '<dependencies><dependency><groupId>a</groupId></dependency></dependencies>',
      /without a <artifactId>/,
    ],
    [
      'asks for what the environment holds',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: Maven's own form of a property.
      '<dependencies><dependency><groupId>a</groupId><artifactId>b</artifactId><version>${env.PATH}</version></dependency></dependencies>',
      /refers to the property "env\.PATH", which it does not declare/,
    ],
    [
      'has a repository that is a file',
      project(
        `<repositories><repository><id>a</id><url>file:///etc</url></repository></repositories><dependencies>${LANG3}</dependencies>`,
      ),
      /repository "file:\/\/\/etc"; allowed are https addresses/,
    ],
  ])('that %s is refused with a sentence', (_title, text, message) => {
    const parsed = parsePom(text)
    expect(parsed.kind).toBe('refused')
    if (parsed.kind === 'refused') expect(parsed.message).toMatch(message)
  })
})

describe('XML', () => {
  test('has elements, text, entities and quoted text', () => {
    const xml = parseXml('<a x="1>2">b &lt;&#65;&#x42;<![CDATA[<c>]]><d/></a>')
    expect(xml).toEqual({
      kind: 'parsed',
      roots: [{ name: 'a', text: 'b <AB<c>', children: [{ name: 'd', text: '', children: [] }] }],
    })
  })
})
