import type { Source, SourceFiles } from '../domain/function.ts'

/** What the builder and the engine must know of a language. One file a member, listed in `languages.ts`. */
export interface Language {
  /** The name under which its runtimes are grouped: `nodejs`. */
  readonly family: string
  /** The runtimes found on this machine when the process started: `['nodejs26']`. */
  readonly runtimes: readonly string[]
  /** Which files a build starts from and what must be installed. Pure: touches nothing. */
  plan(source: Source): BuildPlan
  /** Writes the code into the folder, which holds the plan's files, and checks that it parses. */
  writeEntry(folder: string, codeText: string): Promise<EntryOutcome>
  /** How an instance is started. */
  start(spec: StartSpec): StartCommand
}

export type BuildPlan =
  | {
      readonly kind: 'planned'
      /** Everything but the code, by path relative to the folder; the paths are safe. */
      readonly files: SourceFiles
      readonly install: ToolStep | null
    }
  | { readonly kind: 'refused'; readonly message: string }

export type EntryOutcome =
  | { readonly kind: 'written'; readonly entry: string }
  | {
      readonly kind: 'refused'
      /** One sentence with the tool's own words, file and line. */
      readonly message: string
      /** The tool's whole output. */
      readonly log: string
    }

/** A tool that runs inside the folder of a build. */
export interface ToolStep {
  /** For the build log: `npm install`. */
  readonly title: string
  readonly command: string
  readonly args: readonly string[]
  /** The whole environment, given a private home folder. */
  environment(homeFolder: string): Readonly<Record<string, string>>
  /** One sentence for a failed run, from what the tool wrote. */
  explain(output: string): string
}

export interface StartSpec {
  readonly memoryMb: number
  readonly envs: Readonly<Record<string, string>>
}

export interface StartCommand {
  readonly command: string
  readonly args: readonly string[]
  /**
   * Those of the function's variables that the runtime reads before it can be assigned; all others
   * reach the instance over its control channel and stand in no process listing.
   */
  readonly environment: Readonly<Record<string, string>>
}
