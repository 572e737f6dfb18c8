/** Secrets of keys are known by their form; a careful encoder of URLs may have written the `_` as `%5F`. */
const KEY_SECRET = /lk(?:_|%5[fF])[0-9A-Za-z]{49}/g

/** The text without the secrets of keys, wherever somebody put one: into a path, a name, an error. */
export function scrubbed(text: string): string {
  return mayHoldSecret(text) ? text.replace(KEY_SECRET, 'lk_[redacted]') : text
}

/** False for nearly all texts, at a fraction of the cost of the expression. */
export function mayHoldSecret(text: string | Buffer): boolean {
  return text.includes('lk_') || text.includes('%5')
}
