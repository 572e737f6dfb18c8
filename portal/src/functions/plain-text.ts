/** ECMA-48: what a terminal takes for colours, cursors and titles, and all other control characters but tabs. */
const CONTROLS =
  /\x1b(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)|[ -/]*[0-~])|[\x00-\x08\x0a-\x1f\x7f-\x9f]/g

/** A line without what a terminal would take for orders. */
export function plainText(text: string): string {
  return text.replace(CONTROLS, '')
}
