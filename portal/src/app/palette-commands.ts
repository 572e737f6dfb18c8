interface Named {
  readonly id: string
  readonly label: string
  /** At the end of its line: of what kind it is, or its shortcut. */
  readonly hint?: string
  /** Other words by which it is found. */
  readonly words?: string
}

export type Command =
  | (Named & { readonly kind: 'go'; readonly to: string; readonly state?: unknown })
  | (Named & { readonly kind: 'do'; readonly run: () => void })

export interface CommandGroup {
  readonly label: string
  readonly commands: readonly Command[]
}

/** The commands that have every word that is typed, groups without any left out; all for nothing typed. */
export function matching(groups: readonly CommandGroup[], typed: string): CommandGroup[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean)
  return groups
    .map(({ label, commands }) => ({
      label,
      commands: commands.filter((command) => {
        const text = `${command.label} ${command.words ?? ''}`.toLowerCase()
        return words.every((word) => text.includes(word))
      }),
    }))
    .filter(({ commands }) => commands.length > 0)
}
