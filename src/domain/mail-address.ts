/**
 * What can stand as the one address of a mail: no name before it, no quotes, and nothing that ends a
 * header or an SMTP command. The part before the @ is at most 64 characters long, all of it 254.
 */
export const MAIL_ADDRESS_PATTERN = String.raw`^(?=.{3,254}$)(?=[^@]{1,64}@)[A-Za-z0-9!#$%&'*+/=?^_${'`'}{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_${'`'}{|}~-]+)*@[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*$`
const ADDRESS = new RegExp(MAIL_ADDRESS_PATTERN)

export function isMailAddress(text: string): boolean {
  return ADDRESS.test(text)
}

export interface Sender {
  /** Empty for none. */
  readonly name: string
  readonly address: string
}

/** `keys@example.com` or `Latchkey <keys@example.com>`; undefined for anything else. */
export function parseSender(text: string): Sender | undefined {
  const [, name = '', address = text] = /^([^<>"\p{Cc}]{0,100}?) *<([^<>]*)>$/u.exec(text) ?? []
  return isMailAddress(address) ? { name: name.trim(), address } : undefined
}
