import type { Source, SourceFiles } from '../domain/function.ts'
import type { RuntimeAliases } from '../domain/runtime.ts'
import type { ToolOutcome } from './run-tool.ts'

/** What the builder and the engine must know of a language. Each has a file of its own and is listed in `languages.ts`. */
export interface Language {
  /** The name under which its runtimes are grouped: `nodejs`. */
  readonly family: string
  /**
   * The runtimes that this machine can run, newest first: `['nodejs26', 'nodejs24']`. The first of all
   * is there already; others may have to be fetched when they are first wanted.
   */
  readonly runtimes: readonly string[]
  /** Which files a build starts from and what must be installed. Pure: touches nothing. */
  plan(source: Source): BuildPlan
  /** Writes the code into the draft, and checks or compiles it. */
  compile(draft: BuildDraft): Promise<CompileOutcome>
  /** How an instance is started. */
  start(spec: StartSpec): StartCommand
  /**
   * What else of the source, and of the language's own programs, an artifact is made of. It is where
   * code, files, dependencies and runtime are all.
   */
  artifactKey?(source: Source): string
  /** Whether all that the runtime needs is there; it is where this is absent. */
  isReady?(runtime: string): boolean
  /**
   * Fetches what the runtime lacks; to be awaited before it is used. Never rejects.
   * @param signal ends the fetch
   */
  prepare?(
    runtime: string,
    onProgress?: (line: string) => void,
    signal?: AbortSignal,
  ): Promise<PrepareOutcome>
}

export type PrepareOutcome =
  | { readonly kind: 'ready' }
  /** A sentence with the tool's own words. */
  | { readonly kind: 'failed'; readonly message: string }

/** What the settings say of languages. */
export interface LanguageOptions {
  /** Where runtimes that are fetched are kept; without it none is. */
  readonly toolchainsFolder?: string
  /** The versions of Node that may be fetched; none unless told. */
  readonly nodeVersions?: readonly number[]
  /** Whether a name that is not there may stand for another; `off` unless told. */
  readonly runtimeAliases?: RuntimeAliases
}

export type BuildPlan =
  | {
      readonly kind: 'planned'
      /** Everything but the code, by path relative to the folder; the paths are safe. */
      readonly files: SourceFiles
      readonly dependencies: DependencyStep | null
    }
  | {
      readonly kind: 'refused'
      /** A sentence for the function's owner. */
      readonly message: string
    }

/** The same files and the same tool leave the same behind, so it is run once for all who want that. */
export interface DependencyStep {
  /** All that is in the folder in which it runs. */
  readonly files: SourceFiles
  /** What of its result an artifact gets: `['node_modules']`. */
  readonly folders: readonly string[]
  readonly step: ToolStep
}

/** A build under way, in its own folder: the plan's files and the dependencies' folders are there. */
export interface BuildDraft {
  /** Absolute. */
  readonly folder: string
  readonly source: Source
  /** Runs a tool in the folder as every tool of a build is run: apart, limited, its output in the build's log. */
  run(step: ToolStep): Promise<ToolOutcome>
}

export type CompileOutcome =
  | {
      readonly kind: 'compiled'
      /** The file to load, relative to the folder. */
      readonly entry: string
    }
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
  /** The whole environment, given a private home folder that is kept between builds. */
  environment(homeFolder: string): Readonly<Record<string, string>>
  /** One sentence for a failed run, from what the tool wrote. */
  explain(output: string): string
  /** What it must see beside the system's own folders, absolute: its installation, files of settings. */
  readonly readOnly?: readonly string[]
  /** It asks a question: whoever has run it puts into the build's log what is to be known of the answer. */
  readonly isQuiet?: boolean
}

export interface StartSpec {
  readonly runtime: string
  readonly memoryMb: number
  readonly envs: Readonly<Record<string, string>>
  /** Of the artifact, as the instance sees it. */
  readonly folder: string
  /** As the build said, relative to the folder. */
  readonly entry: string
}

export interface StartCommand {
  readonly command: string
  readonly args: readonly string[]
  /**
   * Those of the function's variables that the runtime reads before it can be assigned; all others
   * reach the instance over its control channel and stand in no process listing.
   */
  readonly environment: Readonly<Record<string, string>>
  /** What it must see beside the system's own folders, absolute: interpreter and shim. */
  readonly readOnly: readonly string[]
  /** Nothing in it is of one function, so the process can be started before it is known which it becomes. */
  readonly isReusable: boolean
}
