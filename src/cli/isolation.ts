import type { Command } from 'commander'
import { addApiOptions } from './options.ts'

export function defineIsolation(noun: Command): void {
  addApiOptions(
    noun.description(
      'Shows how the server keeps functions and builds apart, and what of it holds.',
    ),
  ).action(async (flags) => (await import('./isolation/show.ts')).showIsolation(flags))
}
