/** What style elements must carry to be let through the page's content security policy. */
export function styleNonce(): string {
  // Browsers hide the attribute; the property has it.
  return document.querySelector<HTMLMetaElement>('meta[property=csp-nonce]')?.nonce ?? ''
}
