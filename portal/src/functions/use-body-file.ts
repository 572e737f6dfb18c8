import { useRef, useState } from 'react'
import type { TestDraft } from './test-request.ts'
import { sizeText } from './test-words.ts'

/** In Base64, and with the headers beside it, the API takes no more. */
export const FILE_BYTES_MAX = 5_000_000

/** The file that is chosen as the body of a test; `fault` is why the one chosen last is none. */
export function useBodyFile(onChange: (part: Partial<TestDraft>) => void) {
  const [fault, setFault] = useState<string>()
  const turn = useRef(0)
  const choose = async (source: File | null) => {
    turn.current += 1
    const own = turn.current
    setFault(undefined)
    if (source === null) return onChange({ file: null, fileType: '' })
    if (source.size > FILE_BYTES_MAX) {
      return setFault(
        `${source.name} has ${sizeText(source.size)}: ${sizeText(FILE_BYTES_MAX)} at most can be sent from here.`,
      )
    }
    const base64 = await base64Of(source).catch(() => undefined)
    if (own !== turn.current) return
    if (base64 === undefined) return setFault(`${source.name} cannot be read.`)
    onChange({ file: { source, base64 }, fileType: source.type || 'application/octet-stream' })
  }
  return { choose: (source: File | null) => void choose(source), fault }
}

/** @throws the reader's error, such as for a folder, or for what was deleted since it was chosen */
async function base64Of(file: File): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const reader = new FileReader()
  reader.onload = () => resolve(String(reader.result))
  reader.onerror = () => reject(reader.error)
  reader.readAsDataURL(file)
  // A file of no bytes has no comma in some browsers.
  return (await promise).split(',', 2)[1] ?? ''
}
