/** One setting: how it is written, what it means, and how its text is read. */
export interface Setting<T> {
  /** Environment variable. */
  readonly env: string
  /** Command-line flag; null for secrets, which must not stand in a process's arguments. */
  readonly flag: string | null
  /** What the flag's value is called in help; null for a flag without a value. */
  readonly placeholder: string | null
  /** What a flag without a value sets. */
  readonly flagValue?: string
  readonly sentence: string
  /** What a value must be, as it ends the sentence "… must be". */
  readonly expects: string
  readonly default: T
  /** The default as people read it. */
  readonly defaultText: string
  readonly secret: boolean
  /** The value, or `INVALID`. */
  parse(text: string): T | typeof INVALID
  /** The parts of an invalid value that make it so, where it has parts. */
  faults?(text: string): readonly string[]
}

/** Settings by the names they have in code. */
export type SettingTable = Readonly<Record<string, Setting<unknown>>>

export const INVALID = Symbol('invalid')

interface Words {
  readonly env: string
  readonly flag: string
  readonly sentence: string
}

export function text(
  words: Words & { placeholder: string; default: string; defaultText?: string; expects?: string },
  accept: (value: string) => boolean = () => true,
): Setting<string> {
  return {
    expects: 'text',
    ...words,
    defaultText: words.defaultText ?? words.default,
    secret: false,
    parse: (value) => (accept(value) ? value : INVALID),
  }
}

export function integer(
  words: Words & {
    placeholder: string
    default: number
    defaultText?: string
    least: number
    most: number
  },
): Setting<number> {
  const { least, most, ...rest } = words
  return {
    ...rest,
    expects: `a whole number from ${least} to ${most}`,
    defaultText: words.defaultText ?? String(words.default),
    secret: false,
    parse(value) {
      const number = /^\d{1,15}$/.test(value) ? Number(value) : Number.NaN
      return number >= least && number <= most ? number : INVALID
    },
  }
}

/** A port, or null for none. */
export function portOrNone(
  words: Words & { placeholder: string; default: number },
): Setting<number | null> {
  return {
    ...words,
    expects: 'a whole number from 0 to 65535, or off',
    defaultText: String(words.default),
    secret: false,
    parse(value) {
      if (value === '' || value === 'off') return null
      const number = /^\d{1,5}$/.test(value) ? Number(value) : Number.NaN
      return number <= 65_535 ? number : INVALID
    },
  }
}

/** The path of a folder, or null for none. */
export function folderOrNone(
  words: Words & { placeholder: string; default: string; defaultText: string },
): Setting<string | null> {
  return {
    ...words,
    expects: 'the path of a folder, or off',
    secret: false,
    parse(value) {
      if (value === '' || value === 'off') return null
      return value.includes('\0') ? INVALID : value
    },
  }
}

/** Parts with commas between them; empty unless a default is given. */
export function list(
  words: Words & {
    placeholder: string
    default?: readonly string[]
    defaultText: string
    expects: string
  },
  accept: (part: string) => boolean,
): Setting<readonly string[]> {
  const partsOf = (value: string) =>
    value.trim() === '' ? [] : value.split(',').map((part) => part.trim())
  const faults = (value: string) => partsOf(value).filter((part) => !accept(part))
  return {
    default: [],
    ...words,
    secret: false,
    parse: (value) => (faults(value).length === 0 ? partsOf(value) : INVALID),
    faults,
  }
}

export function choice<const C extends string>(
  words: Words & { placeholder: string; choices: readonly C[]; default: NoInfer<C> },
): Setting<C> {
  const { choices, ...rest } = words
  return {
    ...rest,
    expects: `one of ${choices.join(', ')}`,
    defaultText: words.default,
    secret: false,
    parse: (value) => choices.find((c) => c === value) ?? INVALID,
  }
}

/** On by default, with a flag that switches it off. */
export function onByDefault(words: Words): Setting<boolean> {
  return onOrOff(words, true)
}

/** Off by default, with a flag that switches it on. */
export function offByDefault(words: Words): Setting<boolean> {
  return onOrOff(words, false)
}

function onOrOff(words: Words, standard: boolean): Setting<boolean> {
  return {
    ...words,
    placeholder: null,
    flagValue: String(!standard),
    expects: 'true or false',
    default: standard,
    defaultText: String(standard),
    secret: false,
    parse: (value) =>
      value === 'true' || value === '1'
        ? true
        : value === 'false' || value === '0'
          ? false
          : INVALID,
  }
}

export function secret<T>(
  words: Omit<Words, 'flag'> & { expects: string },
  parse: (value: string) => T | typeof INVALID,
): Setting<T | null> {
  return {
    ...words,
    flag: null,
    placeholder: null,
    default: null,
    defaultText: 'none',
    secret: true,
    parse,
  }
}
