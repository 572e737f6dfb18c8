import type { FunctionSerializer } from '../../../src/client/types.ts'
import type { BuildOutput } from './build-follow.ts'

/** What a build means for those who call the function. */
export function buildOutcome(
  { status }: Pick<BuildOutput, 'status'>,
  serving: number | undefined,
  fn: Pick<FunctionSerializer, 'disabled'>,
): string | undefined {
  const old =
    serving === undefined
      ? 'No version serves yet: calls are answered 503.'
      : fn.disabled
        ? `Version ${serving} stays the deployed one; the function is disabled.`
        : `Version ${serving} goes on serving, and no call is lost.`
  switch (status) {
    case 'pending':
    case 'building':
      return serving === undefined ? undefined : `Until it is done: ${lowerFirst(old)}`
    case 'failed':
      return `This code does not serve. ${old}`
    case 'succeeded':
      return fn.disabled
        ? 'The new version is deployed; the function is disabled, so that it takes no calls.'
        : 'The new version serves now.'
    case 'deleted':
      return undefined
  }
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1)
}
