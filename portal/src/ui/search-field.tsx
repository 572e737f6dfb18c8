import { CloseButton, TextInput, type TextInputProps } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { IconSearch } from '@tabler/icons-react'
import { useEffect, useRef, useState } from 'react'
import type { ListParams } from './list-params.ts'

const WAIT_MS = 250

export interface SearchFieldProps {
  /** What is searched, `Search by name`; for those who do not see the sign. */
  readonly label: string
  readonly params: ListParams
  /** The name in the page's address. */
  readonly name?: string
  readonly w?: TextInputProps['w']
}

/** Looks for what is typed, a moment after it was; `/` leads here. */
export function SearchField({ label, params, name = 'search', w }: SearchFieldProps) {
  const inAddress = params.get(name)
  const [typed, setTyped] = useState(inAddress)
  const input = useRef<HTMLInputElement>(null)
  const sent = useRef(inAddress)
  const send = useDebouncedCallback((text: string) => {
    sent.current = text
    params.set({ [name]: text })
  }, WAIT_MS)
  const change = (text: string) => {
    setTyped(text)
    send(text)
  }
  // Back and forward, and links: the address says something else than was typed here.
  useEffect(() => {
    if (inAddress !== sent.current) setTyped(inAddress)
    sent.current = inAddress
  }, [inAddress])
  return (
    <TextInput
      ref={input}
      type="search"
      aria-label={label}
      placeholder={label}
      value={typed}
      onChange={(event) => change(event.currentTarget.value.trimStart())}
      leftSection={<IconSearch size={16} aria-hidden />}
      rightSection={
        typed !== '' && (
          <CloseButton
            size="sm"
            aria-label="Clear the search"
            onClick={() => {
              change('')
              input.current?.focus()
            }}
          />
        )
      }
      w={w ?? { base: '100%', xs: 280 }}
      aria-keyshortcuts="/"
      data-search-field
      spellCheck={false}
      autoComplete="off"
    />
  )
}
