/** Whether it looks like an e-mail address, so that it is worth to ask the server. */
export function isAddress(email: string): boolean {
  return /^[^\s@]+@[^\s@]+$/.test(email.trim())
}
