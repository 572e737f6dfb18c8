// TypeScript as it is: its types are taken out, not checked. A second file is imported with its ending.
import { greet } from './greet.ts'

interface Event {
  data: { name?: string }
}

export function handler(event: Event): { greeting: string } {
  return { greeting: greet(event.data.name ?? 'you') }
}
