import type { Control } from '../control/control.ts'
import { systemClock } from '../lib/clock.ts'
import { createApi } from './app.ts'

/** The OpenAPI document as it stands in the repository. No use case is called to make it. */
export async function openapiText(version: string): Promise<string> {
  const app = createApi({
    control: {} as Control,
    clock: systemClock,
    version,
    bodyBytesMax: 1,
  })
  try {
    await app.ready()
    return `${JSON.stringify(app.swagger(), null, 2)}\n`
  } finally {
    await app.close()
  }
}
