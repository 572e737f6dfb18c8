/**
 * Puts text into the clipboard. Where the page came over plain HTTP from another machine browsers have no
 * clipboard for scripts, and copy only what is selected.
 *
 * @returns whether it was put there.
 */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    // Missing, or forbidden: the older way may be open.
    return copyBySelection(text)
  }
}

function copyBySelection(text: string): boolean {
  const before = document.activeElement
  const field = document.createElement('textarea')
  field.value = text
  field.readOnly = true
  field.style.position = 'fixed'
  field.style.opacity = '0'
  // Within the dialog that may hold the focus.
  const around = before?.parentElement ?? document.body
  around.append(field)
  try {
    field.select()
    return document.execCommand('copy')
  } finally {
    field.remove()
    if (before instanceof HTMLElement) before.focus()
  }
}
