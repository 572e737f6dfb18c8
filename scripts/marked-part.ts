/** The page with `part` in the place of what stands between the two marks. */
export function replaceMarked(
  page: string,
  { begin, end }: { readonly begin: string; readonly end: string },
  part: string,
): string {
  const [before, rest] = page.split(begin)
  const after = rest?.split(end)[1]
  if (before === undefined || after === undefined) throw new Error(`the page has lost ${begin}`)
  return `${before}${begin}\n\n${part}\n${end}${after}`
}
