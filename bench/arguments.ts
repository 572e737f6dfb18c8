export interface Arguments {
  readonly quick: boolean
  /** Names of measurements; empty for all. */
  readonly only: readonly string[]
}

/** Undefined when they are not understood. `--only a,b` and `--only a --only b` are the same. */
export function parseArguments(
  args: readonly string[],
  names: readonly string[],
): Arguments | undefined {
  const only: string[] = []
  let quick = false
  for (let i = 0; i < args.length; i++) {
    if (args[i] === '--quick') quick = true
    else if (args[i] === '--only') only.push(...(args[++i] ?? '').split(','))
    else return undefined
  }
  return only.every((name) => names.includes(name)) ? { quick, only } : undefined
}

export function usage(names: readonly string[]): string {
  return `usage: npm run bench [-- [--quick] [--only <name>[,<name>…]]]\nnames: ${names.join(', ')}\n`
}
