/** What was not read yet. */
export function Bell() {
  return null
}
