/**
 * Writes the diary in docs/keys.md: one key's year, every command run against a real server whose clock is
 * put forward with libfaketime (Debian: `apt-get install libfaketime`). Takes a few minutes.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { runDiary } from './key-diary/run.ts'
import { STORY } from './key-diary/story.ts'
import { replaceMarked } from './marked-part.ts'

const PATH = join(import.meta.dirname, '../docs/keys.md')
const MARKS = {
  begin: '<!-- diary: written by scripts/write-key-diary.ts -->',
  end: '<!-- end of diary -->',
}
const LIBRARIES = ['x86_64', 'aarch64'].map(
  (machine) => `/usr/lib/${machine}-linux-gnu/faketime/libfaketime.so.1`,
)

const library = process.env.LIBFAKETIME ?? LIBRARIES.find((path) => existsSync(path))
if (library === undefined) {
  console.error('libfaketime was not found; install it, or say in LIBFAKETIME where it is')
  process.exit(1)
}
const text = await runDiary(STORY, library)
writeFileSync(PATH, replaceMarked(readFileSync(PATH, 'utf8'), MARKS, text))
