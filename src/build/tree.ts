import { execFile } from 'node:child_process'
import type { Dirent, Stats } from 'node:fs'
import {
  chmod,
  copyFile,
  constants as fsConstants,
  link,
  lstat,
  mkdir,
  open,
  readdir,
  readlink,
  realpath,
  rm,
  symlink,
} from 'node:fs/promises'
import { join, relative, sep } from 'node:path'

/** Of one tree: as many files make every copy, every check and every removal slow. */
const ENTRIES_MAX = 200_000
const AT_A_TIME = 32
const FOLDER_MODE = 0o755
const FILE_MODE = 0o644
const PROGRAM_MODE = 0o755
const PERMISSIONS = 0o7777
const ANY_EXECUTE = 0o111

export type TreeCheck =
  | { readonly kind: 'fine'; readonly bytes: number }
  /** `message` is the rest of a sentence: "left …". */
  | { readonly kind: 'refused'; readonly message: string }

class Refused extends Error {}

/**
 * Looks at everything that tools have left in a folder: only folders, files and links that stay inside it
 * are fine. What is fine is made readable, and loses what permissions say beyond that.
 */
export async function checkTree(root: string): Promise<TreeCheck> {
  const top = await realpath(root)
  let bytes = 0
  try {
    for await (const { path, stats } of entriesBelow(top)) {
      if (stats.isSymbolicLink()) await checkLink(top, path)
      else bytes += await checkEntry(top, path, stats)
    }
  } catch (error) {
    if (error instanceof Refused) return { kind: 'refused', message: error.message }
    throw error
  }
  return { kind: 'fine', bytes }
}

async function checkLink(top: string, path: string): Promise<void> {
  const target = await readlink(path)
  const name = nameOf(top, path)
  if (target.startsWith(sep)) throw new Refused(`${name}, a link with an absolute path`)
  let real: string
  try {
    real = await realpath(path)
  } catch {
    // Whatever the reason, there is nothing behind it that a function could read.
    throw new Refused(`${name}, a link that leads nowhere`)
  }
  if (!isInside(top, real)) throw new Refused(`${name}, a link that leads out of the function`)
}

async function checkEntry(top: string, path: string, stats: Stats): Promise<number> {
  const permissions = stats.mode & PERMISSIONS
  if (!stats.isDirectory() && !stats.isFile()) {
    throw new Refused(`${nameOf(top, path)}, which is neither file nor folder`)
  }
  const wanted = stats.isDirectory()
    ? FOLDER_MODE
    : permissions & ANY_EXECUTE
      ? PROGRAM_MODE
      : FILE_MODE
  if (permissions !== wanted) await changeMode(top, path, wanted)
  return stats.isDirectory() ? 0 : stats.size
}

async function changeMode(top: string, path: string, mode: number): Promise<void> {
  try {
    await chmod(path, mode)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') throw error
    throw new Refused(`${nameOf(top, path)}, which belongs to another user`)
  }
}

/** What the files below a folder take on the disk; what goes while it looks is left out. */
export async function diskBytes(root: string): Promise<number> {
  let bytes = 0
  try {
    for await (const { stats } of entriesBelow(root)) bytes += stats.blocks * 512
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    // Too many, or not to be read: the check at the end says so.
  }
  return bytes
}

interface Entry {
  readonly path: string
  readonly stats: Stats
}

/** Folders come before what is in them, so that who makes them readable is in time. */
async function* entriesBelow(root: string): AsyncGenerator<Entry> {
  const folders = [root]
  let count = 0
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    const names = await namesIn(root, folder)
    count += names.length
    if (count > ENTRIES_MAX) throw new Refused(`more than ${ENTRIES_MAX} files`)
    for (let start = 0; start < names.length; start += AT_A_TIME) {
      const paths = names.slice(start, start + AT_A_TIME).map((name) => join(folder!, name))
      const found = await Promise.all(paths.map(statsIfThere))
      for (const [i, stats] of found.entries()) {
        if (stats === undefined) continue
        yield { path: paths[i]!, stats }
        if (stats.isDirectory()) folders.push(paths[i]!)
      }
    }
  }
}

async function namesIn(root: string, folder: string): Promise<string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return []
    if (code !== 'EACCES') throw error
    throw new Refused(`${nameOf(root, folder)}, a folder that may not be read`)
  }
}

async function statsIfThere(path: string): Promise<Stats | undefined> {
  try {
    return await lstat(path)
  } catch (error) {
    // A tool that runs removes things; in a folder without permission nothing can be seen.
    if (['ENOENT', 'EACCES'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined
    throw error
  }
}

function isInside(top: string, path: string): boolean {
  return path === top || path.startsWith(top + sep)
}

function nameOf(top: string, path: string): string {
  return JSON.stringify(relative(top, path).slice(0, 200))
}

/**
 * Puts the same files into another folder, by further names for them, or by copies where the file system
 * wants it so. The files must never be written again.
 */
export async function linkTree(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true, mode: FOLDER_MODE })
  const entries = await readdir(from, { withFileTypes: true })
  const folders = entries.filter((entry) => entry.isDirectory())
  const others = entries.filter((entry) => !entry.isDirectory())
  for (let start = 0; start < others.length; start += AT_A_TIME) {
    const some = others.slice(start, start + AT_A_TIME)
    await Promise.all(some.map((entry) => linkEntry(entry, from, to)))
  }
  for (const { name } of folders) await linkTree(join(from, name), join(to, name))
}

async function linkEntry(entry: Dirent, from: string, to: string): Promise<void> {
  const [source, target] = [join(from, entry.name), join(to, entry.name)]
  if (entry.isSymbolicLink()) return await symlink(await readlink(source), target)
  try {
    await link(source, target)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (!['EMLINK', 'EXDEV', 'EPERM', 'ENOTSUP', 'ENOSYS'].includes(code ?? '')) throw error
    await copyFile(source, target, fsConstants.COPYFILE_FICLONE)
  }
}

/** So many files one by one are quicker than all that is unwritten of the whole file system. */
const SYNCED_ONE_BY_ONE = 32

/**
 * A power cut after the rename must not leave empty files behind a valid name.
 * @param except - Names in the folder that are on the disk already.
 */
export async function syncTree(root: string, except: readonly string[] = []): Promise<void> {
  const paths = await pathsToSync(root, except)
  if (paths.length > SYNCED_ONE_BY_ONE && (await syncFileSystem(root))) return
  for (let start = 0; start < paths.length; start += AT_A_TIME) {
    await Promise.all(paths.slice(start, start + AT_A_TIME).map(syncPath))
  }
}

async function pathsToSync(root: string, except: readonly string[]): Promise<string[]> {
  const paths: string[] = []
  for (const entry of await readdir(root, { withFileTypes: true })) {
    if (except.includes(entry.name)) continue
    const path = join(root, entry.name)
    if (entry.isDirectory()) paths.push(...(await pathsToSync(path, [])))
    else if (entry.isFile()) paths.push(path)
  }
  return [...paths, root]
}

/** One call for thousands of files, each of which may take milliseconds. False where there is no such tool. */
function syncFileSystem(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    execFile('sync', ['--file-system', path], (error) => resolve(error === null))
  })
}

export async function syncPath(path: string): Promise<void> {
  const file = await open(path, 'r')
  try {
    await file.sync()
  } finally {
    await file.close()
  }
}

/** Also what a tool has left without permissions. */
export async function removeTree(root: string): Promise<void> {
  try {
    await rm(root, { recursive: true, force: true, maxRetries: 3 })
  } catch (error) {
    if (!['EACCES', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
    await openFolders(root)
    await rm(root, { recursive: true, force: true, maxRetries: 3 })
  }
}

async function openFolders(folder: string): Promise<void> {
  await chmod(folder, 0o700)
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) await openFolders(join(folder, entry.name))
  }
}
