import { Type } from 'typebox'
import { answer } from './helpers.ts'

export const Health = answer('Health', { status: Type.String() })

export const ReadinessSchema = answer('Readiness', {
  status: Type.String({ description: '`ready` or `not ready`.' }),
  message: Type.String({ description: 'What is missing, in sentences; empty when ready.' }),
})
