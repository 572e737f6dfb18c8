import { writeFileSync } from 'node:fs'
import manifest from '../package.json' with { type: 'json' }
import { openapiText } from '../src/api/openapi-text.ts'

const text = await openapiText(manifest.version)
writeFileSync(new URL('../openapi.json', import.meta.url), text)
