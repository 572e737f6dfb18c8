import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { findLanguages } from '../../src/languages/languages.ts'
import { npmInstall } from '../../src/languages/nodejs-npm.ts'
import { NODE_ONLY, NODE_RUNTIME } from '../helpers/languages.ts'

const nodejs = NODE_ONLY.languageOf(NODE_RUNTIME)!
const major = process.versions.node.split('.')[0]

test('the Node that runs Latchkey is the runtime', async () => {
  const { languageOf, runtimes } = await findLanguages()
  expect(runtimes().nodejs?.[0]).toBe(`nodejs${major}`)
  expect(languageOf(`nodejs${major}`)?.family).toBe('nodejs')
  expect(languageOf('nodejs4')).toBeUndefined()
})

test('an instance starts with a heap below its memory and only the variables that Node reads early', () => {
  const envs = {
    NODE_OPTIONS: '--no-warnings',
    NODE_EXTRA_CA_CERTS: '/ca.pem',
    NODE_CHANNEL_FD: '3',
    UV_THREADPOOL_SIZE: '2',
    TZ: 'UTC',
    PASSWORD: 'in no process listing',
    PATH: '/nowhere',
  }
  const command = nodejs.start({
    runtime: `nodejs${major}`,
    memoryMb: 128,
    envs,
    folder: '/function',
    entry: 'handler.js',
  })
  expect(command.command).toBe(process.execPath)
  expect(command.args[0]).toBe('--max-old-space-size=96')
  expect(command.args.at(-1)).toMatch(/runtimes\/node\/shim\.mjs$/)
  expect(Object.keys(command.environment).sort()).toEqual([
    'NODE_EXTRA_CA_CERTS',
    'NODE_OPTIONS',
    'TZ',
    'UV_THREADPOOL_SIZE',
  ])
})

test('npm runs on our Node with its registry settings and none of the rest', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lk-npm-'))
  try {
    writeFileSync(join(folder, 'npm-cli.js'), '')
    symlinkSync(join(folder, 'npm-cli.js'), join(folder, 'npm'))
    const step = npmInstall({
      PATH: folder,
      HOME: '/home/someone',
      HTTPS_PROXY: 'http://proxy.example',
      NODE_EXTRA_CA_CERTS: '/ca.pem',
      npm_config_registry: 'http://registry.example/',
      'npm_config_@corp:registry': 'http://corp.example/',
      npm_config_local_prefix: '/the/other/project',
      npm_config_ignore_scripts: 'false',
      LATCHKEY_ADMIN_TOKEN: 'no business of npm',
    })
    expect(step.command).toBe(process.execPath)
    expect(step.args.slice(0, 2)).toEqual([join(folder, 'npm-cli.js'), 'install'])
    expect(step.args).toContain('--ignore-scripts')
    const environment = step.environment('/private')
    expect(environment.PATH).toContain(folder)
    expect(environment).toEqual({
      PATH: environment.PATH,
      HOME: '/private',
      TMPDIR: '/private',
      npm_config_cache: '/private/.npm',
      HTTPS_PROXY: 'http://proxy.example',
      NODE_EXTRA_CA_CERTS: '/ca.pem',
      npm_config_userconfig: '/home/someone/.npmrc',
      npm_config_registry: 'http://registry.example/',
      'npm_config_@corp:registry': 'http://corp.example/',
    })
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test.each([
  [
    'npm error code E404\nnpm error 404 Not Found - GET http://r.example/nope - Not found\nnpm error 404\n',
    'Not Found - GET http://r.example/nope - Not found',
  ],
  [
    'npm error code ETARGET\nnpm error notarget No matching version found for a@9.\n',
    'No matching version found for a@9.',
  ],
  ['npm error code ECONNREFUSED\nnpm error errno ECONNREFUSED\n', 'ECONNREFUSED'],
  ['something else\n', 'something else'],
])("npm's own line is the reason: %j", (output, reason) => {
  expect(npmInstall().explain(output)).toBe(`npm could not install the dependencies: ${reason}`)
})
