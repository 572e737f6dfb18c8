import { useState } from 'react'

/** What it was when it last was something: a dialog says the same while it goes away. */
export function useLast<Value>(value: Value | undefined): Value | undefined {
  const [last, setLast] = useState(value)
  if (value !== undefined && value !== last) setLast(value)
  return value ?? last
}
