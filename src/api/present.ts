type Present<T> = { [K in keyof T]?: NonNullable<T[K]> }

/** Without the members that say nothing. */
export function present<T extends object>(members: T): Present<T> {
  const said = Object.entries(members).filter(([, value]) => value !== undefined && value !== null)
  return Object.fromEntries(said) as Present<T>
}
