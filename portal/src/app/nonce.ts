/** What style elements must carry to be let through the page's content security policy. */
export function styleNonce(): string {
  // Browsers hide the attribute; the property has it.
  return document.querySelector<HTMLMetaElement>('meta[property=csp-nonce]')?.nonce ?? ''
}

// What keeps the page still behind a dialog makes a style element too, and looks for the nonce there.
Object.assign(globalThis, { __webpack_nonce__: styleNonce() })
