#!/usr/bin/env node
// Plain JavaScript, so that an old Node can read the sentence instead of a syntax error.
import nodeModule from 'node:module'
import { join } from 'node:path'

const { env, versions } = process
if (Number(versions.node.split('.')[0]) < 24) {
  process.stderr.write(
    `latchkey needs Node 24 or later, and this is Node ${versions.node}. ` +
      'In its folder, `npm ci` brings the right one and `npx latchkey` runs on it.\n',
  )
  process.exit(1)
}

// In the user's own folder: compiled code in a shared temporary folder could be another user's.
const home = env.HOME || env.USERPROFILE
const cache = env.XDG_CACHE_HOME || (home && join(home, '.cache'))
const compiled = env.NODE_COMPILE_CACHE || (cache && join(cache, 'latchkey'))
if (compiled) nodeModule.enableCompileCache(compiled)

const { run } = await import('../src/cli/main.ts')
await run(process.argv.slice(2))
