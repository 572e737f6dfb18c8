/** Cuts at a hyphen, so that no word is torn. */
export function shorten(slug: string, chars: number): string {
  if (slug.length <= chars) return slug
  const cut = slug.slice(0, chars + 1)
  return cut.slice(0, Math.max(cut.lastIndexOf('-'), 1))
}
