import { chmodSync, lstatSync, readdirSync } from 'node:fs'
import { chmod, lchown, lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'

const READ = 0o444
const ENTER = 0o555
const OPEN_FOLDER = 0o005

/**
 * Lets everybody read what is below the folder, which lies in one that nobody else can enter. The folder
 * itself comes last: when it is open, all below it is.
 */
export function openTree(folder: string): void {
  if ((lstatSync(folder).mode & OPEN_FOLDER) === OPEN_FOLDER) return
  openBelow(folder)
}

function openBelow(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) openBelow(path)
    else if (entry.isFile()) addMode(path)
  }
  addMode(folder)
}

function addMode(path: string): void {
  const { mode } = lstatSync(path)
  const wanted = mode | added(mode)
  if (wanted !== mode) chmodSync(path, wanted & 0o7777)
}

/** What its owner may execute or enter, others may. */
function added(mode: number): number {
  return mode & 0o100 ? ENTER : READ
}

/** Gives everything below the folder, and then itself, to the user; files with more than one name are left. */
export async function giveTree(folder: string, id: number): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) await giveTree(path, id)
    else {
      const { uid, nlink } = await lstat(path)
      if (uid !== id && nlink === 1) await lchown(path, id, id)
    }
  }
  await lchown(folder, id, id)
}

/** Takes it back, readable for all; what was set to run with its owner's rights no longer is. */
export async function takeTree(folder: string, id: number): Promise<void> {
  await lchown(folder, id, id)
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) await takeTree(path, id)
    else await lchown(path, id, id)
    if (entry.isFile()) await openPath(path)
  }
  await openPath(folder)
}

async function openPath(path: string): Promise<void> {
  const { mode } = await lstat(path)
  await chmod(path, (mode | added(mode)) & 0o777)
}
