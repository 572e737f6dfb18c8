import { TextInput } from '@mantine/core'
import { useState } from 'react'

export interface MomentInputProps {
  readonly label: string
  /** RFC 3339; empty for none. */
  readonly value: string
  readonly onChange: (value: string) => void
}

/** A date and a time in the reader's zone, kept as RFC 3339. */
export function MomentInput({ label, value, onChange }: MomentInputProps) {
  const [text, setText] = useState(() => localText(value))
  const [shown, setShown] = useState(value)
  if (shown !== value) {
    setShown(value)
    setText(localText(value))
  }
  return (
    <TextInput
      type="datetime-local"
      step={1}
      label={label}
      value={text}
      onChange={({ currentTarget }) => {
        const moment = momentOf(currentTarget.value)
        setText(currentTarget.value)
        setShown(moment)
        onChange(moment)
      }}
    />
  )
}

function momentOf(text: string): string {
  const at = new Date(text)
  return text === '' || Number.isNaN(at.getTime()) ? '' : `${at.toISOString().slice(0, 19)}Z`
}

/** As the browser's field has it. */
function localText(moment: string): string {
  const at = new Date(moment)
  if (moment === '' || Number.isNaN(at.getTime())) return ''
  const two = (number: number) => String(number).padStart(2, '0')
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`
  return `${day}T${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`
}
