// TypeScript as it is, a second file, and a package from the registry.
import slugify from 'slugify'
import { shorten } from './shorten.ts'

interface Event {
  data: { title?: string }
}

export function handler(event: Event): { slug: string } {
  const title: string = event.data.title ?? 'An Untitled Page'
  return { slug: shorten(slugify(title, { lower: true, strict: true }), 20) }
}
