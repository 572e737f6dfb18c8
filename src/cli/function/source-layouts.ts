/** How a function of one language lies in its folder. */
export interface SourceLayout {
  /** As the server groups its runtimes. */
  readonly family: string
  /** Sent as the function's dependencies. */
  readonly dependenciesFile: string
  /** Names that the file with the handler may have; the first that is there is it. */
  readonly mains: readonly string[]
  /** Where neither the folder nor a flag names one. */
  readonly mainMethod: string
}

const NODE_STEMS = ['handler', 'index']
const NODE_ENDINGS = ['ts', 'mjs', 'cjs', 'js']

export const NODE_LAYOUT: SourceLayout = {
  family: 'nodejs',
  dependenciesFile: 'package.json',
  mains: NODE_STEMS.flatMap((stem) => NODE_ENDINGS.map((ending) => `${stem}.${ending}`)),
  mainMethod: 'handler',
}

export const SOURCE_LAYOUTS: readonly SourceLayout[] = [
  NODE_LAYOUT,
  {
    family: 'python',
    dependenciesFile: 'requirements.txt',
    mains: ['handler.py', 'main.py', 'app.py'],
    mainMethod: 'handler',
  },
  {
    family: 'go',
    dependenciesFile: 'go.mod',
    mains: ['handler.go', 'function.go', 'main.go'],
    mainMethod: 'Handler',
  },
  {
    family: 'java',
    dependenciesFile: 'pom.xml',
    mains: ['Module.java', 'Handler.java'],
    mainMethod: 'handler',
  },
]

const FAMILY_OF_ENDING: Readonly<Record<string, string>> = { py: 'python', go: 'go', java: 'java' }

/** @param main - The file with the handler, where it is named. */
export function layoutOf(
  found: ReadonlyMap<string, string>,
  main: string | undefined,
): SourceLayout {
  const ending = main?.slice(main.lastIndexOf('.') + 1)
  if (ending !== undefined) {
    const family = FAMILY_OF_ENDING[ending] ?? NODE_LAYOUT.family
    return SOURCE_LAYOUTS.find((layout) => layout.family === family)!
  }
  const withMain = SOURCE_LAYOUTS.find(({ mains }) => mains.some((path) => found.has(path)))
  const withFile = SOURCE_LAYOUTS.find(({ dependenciesFile }) => found.has(dependenciesFile))
  return withMain ?? withFile ?? NODE_LAYOUT
}
