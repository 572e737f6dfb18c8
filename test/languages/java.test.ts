import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Source } from '../../src/domain/function.ts'
import { findJava } from '../../src/languages/java.ts'
import { compilerReason } from '../../src/languages/java-compile.ts'
import { findJdks } from '../../src/languages/java-jdk.ts'
import { mavenReason } from '../../src/languages/java-maven.ts'
import { memoryFlags } from '../../src/languages/java-memory.ts'
import { placeOf } from '../../src/languages/java-source.ts'
import type { CompileOutcome, Language } from '../../src/languages/language.ts'
import { runTool } from '../../src/languages/run-tool.ts'
import { WITHOUT_JAVA } from '../helpers/java.ts'

const java = await findJava(process.env)
const TOOL_TIMEOUT_MS = 120_000

let root: string
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'lk-java-'))
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

function sourceOf(codeText: string, more: Partial<Source> = {}): Source {
  const runtime = java?.runtimes.at(-1) ?? 'java17'
  return { runtime, codeText, files: {}, dependencies: '', mainMethod: 'handler', ...more }
}

describe('a file of Java', () => {
  test.each([
    ['class A {}', 'A.java'],
    ['package io.kubeless; public class Module {}', 'io/kubeless/Module.java'],
    ['package a . b ;\nclass First {}\npublic final class Second {}', 'a/b/Second.java'],
    ['// package x;\n/* public class No {} */ public class Yes {}', 'Yes.java'],
    ['import a.*; class A { public class Inner {} } public record B(int c) {}', 'B.java'],
    ['@X("public class No {") public abstract class Žluťoučký {}', 'Žluťoučký.java'],
    ['public class A { String s = """\n}} public class No {\n"""; char c = \'{\'; }', 'A.java'],
    ['public sealed interface A permits B {}', 'A.java'],
    ['nothing of Java', 'Module.java'],
    ['', 'Module.java'],
  ])('%j lies at %s', (code, path) => {
    expect(placeOf(code).path).toBe(path)
  })
})

describe('what tools say', () => {
  test('javac names file, line and symbol, and how many mistakes there are', () => {
    const output = `A.java:3: error: cannot find symbol
    return missing;
           ^
  symbol:   variable missing
  location: class A
A.java:9: error: ';' expected
2 errors
`
    expect(compilerReason(output)).toBe(
      'A.java:3: error: cannot find symbol (variable missing), 2 errors in all',
    )
  })

  test('Maven names what it cannot find', () => {
    const output =
      '\x1b[0m\x1b[0m[ERROR] Could not resolve dependencies for project function:function:jar:1: Could not find artifact org.example:absent:jar:1.0 in central (https://repo.example.com) -> [Help 1]\n'
    expect(mavenReason(output)).toBe(
      'Could not find artifact org.example:absent:jar:1.0 in central',
    )
  })
})

describe('the memory of a JVM', () => {
  test.each([64, 128, 256, 512, 1024, 2000])(
    'of a flavor of %i MB leaves room beside the heap',
    (mb) => {
      const [heap] = memoryFlags(mb)
      expect(heap).toBe(`-Xmx${Math.floor(mb * 0.6)}m`)
    },
  )
})

describe('Java installations', () => {
  test('are found by JAVA_HOME and told from their own files, the newest first', async () => {
    const home = fakeJdk('jdk-99', 'JAVA_VERSION="99.0.1"\nMODULES="java.base jdk.httpserver"\n')
    const [first] = await findJdks({ JAVA_HOME: home })
    expect(first).toMatchObject({ home, major: 99, hasCompiler: false })
  })

  test.each([
    ['too old', 'JAVA_VERSION="11.0.1"\n'],
    ['cut to size', 'JAVA_VERSION="98"\nMODULES="java.base"\n'],
    ['without a version', 'IMPLEMENTOR="nobody"\n'],
  ])('that are %s are left out', async (title, release) => {
    const home = fakeJdk(title, release)
    const homes = (await findJdks({ JAVA_HOME: home })).map((jdk) => jdk.home)
    expect(homes).not.toContain(home)
  })

  function fakeJdk(name: string, release: string): string {
    const home = join(root, name)
    mkdirSync(join(home, 'bin'), { recursive: true })
    writeFileSync(join(home, 'bin/java'), '')
    writeFileSync(join(home, 'release'), release)
    return home
  }
})

describe.skipIf(java === undefined)(`a Java function${WITHOUT_JAVA}`, () => {
  const language = java as Language

  async function compile(source: Source): Promise<CompileOutcome & { folder: string }> {
    const folder = mkdtempSync(join(root, 'build-'))
    for (const [path, text] of Object.entries(source.files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true })
      writeFileSync(join(folder, path), text)
    }
    const run = (step: Parameters<Parameters<Language['compile']>[0]['run']>[0]) =>
      runTool({
        command: step.command,
        args: step.args,
        folder,
        environment: step.environment(root),
        timeoutMs: TOOL_TIMEOUT_MS,
      })
    return { ...(await language.compile({ folder, source, run })), folder }
  }

  test('is compiled with its own files into its folder, the shim beside it', async () => {
    const files = {
      'io/kubeless/Helper.java': 'package io.kubeless; class Helper {}',
      'a/b.txt': 'c',
    }
    const code = 'package io.kubeless; public class Module { Helper h; public void handler() {} }'
    const { folder, ...outcome } = await compile(sourceOf(code, { files }))
    expect(outcome).toEqual({ kind: 'compiled', entry: 'io/kubeless/Module.class' })
    for (const path of [
      'io/kubeless/Module.class',
      'io/kubeless/Helper.class',
      '.latchkey/shim.jar',
    ]) {
      expect(existsSync(join(folder, path)), path).toBe(true)
    }
  })

  test('may name the class of its main method', async () => {
    const code = 'package io.kubeless; public class Module {} class Foo { public void a() {} }'
    const outcome = await compile(sourceOf(code, { mainMethod: 'Foo.a' }))
    expect(outcome).toMatchObject({ kind: 'compiled', entry: 'io/kubeless/Foo.class' })
    const missing = await compile(sourceOf(code, { mainMethod: 'Bar.a' }))
    expect(missing).toMatchObject({ kind: 'refused', message: expect.stringContaining('"Bar"') })
  })

  test('that does not compile is refused with file and line', async () => {
    const code = 'package io.kubeless;\npublic class Module {\n  int a() { return missing; }\n}'
    const outcome = await compile(sourceOf(code))
    expect(outcome).toMatchObject({
      kind: 'refused',
      message: 'io/kubeless/Module.java:3: error: cannot find symbol (variable missing)',
    })
  })

  test('is another artifact when its main method names another class', () => {
    const key = (mainMethod: string) => language.artifactKey?.(sourceOf('', { mainMethod }))
    expect(key('a')).toBe(key('b'))
    expect(key('A.a')).not.toBe(key('B.a'))
  })

  test.each([
    ['a path of its own', { 'lib/a.txt': '' }, /reserved name lib/],
    ['the place of the code', { 'A.java': '' }, /the name that the code itself has/],
    ['a module', { 'module-info.java': '' }, /reserved name module-info\.java/],
  ])('may not bring %s', (_title, files, message) => {
    const plan = language.plan(sourceOf('class A {}', { files: files as Record<string, string> }))
    expect(plan).toMatchObject({ kind: 'refused', message: expect.stringMatching(message) })
  })

  test('that wants libraries has a step of Maven, and no other has', async () => {
    const pom =
      '<dependencies><dependency><groupId>a</groupId><artifactId>b</artifactId><version>1</version></dependency></dependencies>'
    expect(language.plan(sourceOf('class A {}'))).toMatchObject({
      kind: 'planned',
      dependencies: null,
    })
    const wanting = sourceOf('class A {}', { dependencies: pom })
    const withoutMaven = await findJava({ ...process.env, PATH: '', MAVEN_HOME: '' })
    expect(withoutMaven!.plan(wanting)).toMatchObject({
      kind: 'refused',
      message: expect.stringContaining('no Maven on this machine'),
    })
    mkdirSync(join(root, 'maven/bin'), { recursive: true })
    writeFileSync(join(root, 'maven/bin/mvn'), '')
    const withMaven = await findJava({ ...process.env, MAVEN_HOME: join(root, 'maven') })
    expect(withMaven!.plan(wanting)).toMatchObject({
      kind: 'planned',
      dependencies: { folders: ['lib'], step: { title: 'mvn' } },
    })
  })

  test('gives its process nothing that only its code reads', () => {
    const envs = { SECRET: 's', TZ: 'Europe/Prague', JAVA_TOOL_OPTIONS: '-Da=b' }
    const spec = {
      runtime: language.runtimes[0]!,
      memoryMb: 128,
      envs,
      folder: '/f',
      entry: 'A.class',
    }
    const { environment, isReusable, args } = language.start(spec)
    expect(environment).toMatchObject({ TZ: 'Europe/Prague', JAVA_TOOL_OPTIONS: '-Da=b' })
    expect(environment).not.toHaveProperty('SECRET')
    expect(isReusable).toBe(false)
    expect(args).toContain('-Xmx76m')
  })
})
