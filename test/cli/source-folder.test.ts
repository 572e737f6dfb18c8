import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { functionOf, readManifest } from '../../src/cli/function/manifest.ts'
import { readSourceFolder } from '../../src/cli/function/source-folder.ts'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-source-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function write(files: Record<string, string | Uint8Array>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), content)
  }
}

describe('readSourceFolder', () => {
  it('takes the main file, the package file and the other text files apart', () => {
    write({
      'package.json': '{"dependencies":{}}',
      'handler.js': 'main',
      'lib/a.js': 'a',
      'data.txt': 'text',
    })
    expect(readSourceFolder(folder, undefined)).toMatchObject({
      layout: { family: 'nodejs', mainMethod: 'handler' },
      codeText: 'main',
      dependencies: '{"dependencies":{}}',
      files: { 'lib/a.js': 'a', 'data.txt': 'text' },
      fileCount: 4,
    })
  })

  it('finds the main file: named, of package.json, handler before index, TypeScript first', () => {
    write({ 'index.js': 'index' })
    expect(readSourceFolder(folder, undefined).codeText).toBe('index')
    write({ 'handler.mjs': 'handler' })
    expect(readSourceFolder(folder, undefined).codeText).toBe('handler')
    write({ 'handler.ts': 'typed' })
    expect(readSourceFolder(folder, undefined).codeText).toBe('typed')
    write({ 'package.json': '{"main":"./app.js"}', 'app.js': 'app' })
    expect(readSourceFolder(folder, undefined).codeText).toBe('app')
    expect(readSourceFolder(folder, 'index.js').codeText).toBe('index')
  })

  it.each([
    ['python', 'handler.py', 'requirements.txt', 'handler'],
    ['go', 'handler.go', 'go.mod', 'Handler'],
    ['java', 'Module.java', 'pom.xml', 'handler'],
  ])('knows a folder of %s by its files', (family, main, dependencies, mainMethod) => {
    write({ [main]: 'main', [dependencies]: 'wanted', 'other.txt': 'text' })
    expect(readSourceFolder(folder, undefined)).toMatchObject({
      layout: { family, mainMethod },
      codeText: 'main',
      dependencies: 'wanted',
      files: { 'other.txt': 'text' },
    })
    expect(readSourceFolder(folder, main).layout.family).toBe(family)
  })

  it('forwards to a main file in a folder, so that its own imports hold', () => {
    write({ 'src/main.js': 'main', 'src/b.js': 'b' })
    const source = readSourceFolder(folder, 'src/main.js')
    expect(source.codeText).toBe('module.exports = require("./src/main.js")\n')
    expect(Object.keys(source.files)).toEqual(['src/b.js', 'src/main.js'])
    write({ 'package.json': '{"type":"module"}' })
    expect(readSourceFolder(folder, './src/main.js').codeText).toContain(
      'export * from "./src/main.js"',
    )
  })

  it('leaves out modules, lock files, dotfiles and its own manifest', () => {
    write({
      'handler.js': 'main',
      'node_modules/x/index.js': new Uint8Array([0]),
      '.git/config': 'x',
      '.env': 'SECRET=1',
      'lib/.cache/x': 'x',
      'package-lock.json': '{}',
      'latchkey.json': '{}',
    })
    expect(readSourceFolder(folder, undefined).files).toEqual({})
  })

  it('names every file that it cannot send', () => {
    write({
      'handler.js': 'main',
      'logo.png': new Uint8Array([0x89, 0x50, 0]),
      'lib/latin.txt': new Uint8Array([0xe4]),
    })
    symlinkSync('/etc/hostname', join(folder, 'link.txt'))
    const read = () => readSourceFolder(folder, undefined)
    expect(read).toThrow(/lib\/latin\.txt is not a text file/)
    expect(read).toThrow(/link\.txt is a link/)
    expect(read).toThrow(/logo\.png is not a text file/)
  })

  it('refuses more than 1 MiB, a main file outside and a folder that is none', () => {
    write({ 'handler.js': 'main', 'a.txt': 'x'.repeat(600_000) })
    expect(() => readSourceFolder(folder, '../handler.js')).toThrow(/not in the folder/)
    write({ 'b.txt': 'x'.repeat(600_000) })
    expect(() => readSourceFolder(folder, undefined)).toThrow(/more than 1 MiB/)
    expect(() => readSourceFolder(join(folder, 'none'), undefined)).toThrow(/There is no folder/)
  })

  it('says what it looked for when there is no main file', () => {
    write({ 'a.js': '' })
    expect(() => readSourceFolder(folder, undefined)).toThrow(/none of handler\.ts, handler\.mjs/)
  })
})

describe('readManifest', () => {
  it('is empty without a file', () => {
    expect(readManifest(folder)).toEqual({})
  })

  it('reports all mistakes at once, unknown members by name', () => {
    write({
      'latchkey.json': JSON.stringify({
        nmae: 'x',
        timeout: 200,
        envs: { A: 1 },
        autoscaling: { min: 1 },
        keys: 'web',
        __proto__: {},
      }),
    })
    const read = () => readManifest(folder)
    expect(read).toThrow(/"nmae" is not one of namespace, name/)
    expect(read).toThrow(/"timeout" must be seconds from 0 to 180/)
    expect(read).toThrow(/"envs" must be an object of texts/)
    expect(read).toThrow(/"autoscaling" must be/)
    expect(read).toThrow(/"keys" must be a list of names/)
  })

  it('refuses what is no JSON object', () => {
    write({ 'latchkey.json': '[]' })
    expect(() => readManifest(folder)).toThrow(/must hold a JSON object/)
    write({ 'latchkey.json': '{' })
    expect(() => readManifest(folder)).toThrow(/is not valid JSON/)
  })
})

describe('functionOf', () => {
  it('prefers the flag, then the manifest, then the folder', () => {
    const flag = { namespace: 'a1', name: 'b1' }
    expect(functionOf({ name: 'x1' }, 'folder', flag)).toEqual(flag)
    expect(functionOf({ namespace: 'n1', name: 'x1' }, 'folder', undefined)).toEqual({
      namespace: 'n1',
      name: 'x1',
    })
    expect(functionOf({}, '2 My_Folder!', undefined)).toEqual({
      namespace: 'default',
      name: 'my-folder',
    })
    expect(() => functionOf({}, '???', undefined)).toThrow(/cannot be made/)
  })
})
