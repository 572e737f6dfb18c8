import type { FunctionSerializer } from '../../client/types.ts'
import { type FunctionName, formatFunctionName } from '../../domain/names.ts'
import type { ApiFlags } from '../options.ts'
import { print, printJson } from '../output.ts'
import { openSession } from '../session.ts'
import { details } from '../table.ts'
import { readyOfTotal } from './list.ts'

export async function getFunction(name: FunctionName, flags: ApiFlags): Promise<void> {
  const { client, scope, json } = openSession(flags)
  const fn = await client.functions.get(scope, name)
  if (json) return printJson(fn)
  const { min_instances, max_instances } = fn.autoscaling
  print(
    details([
      ['function', formatFunctionName(name)],
      ['description', fn.description],
      ['endpoint', fn.endpoint],
      [
        'last failure',
        fn.last_failure === null ? '' : `${fn.last_failure.at}: ${fn.last_failure.message}`,
      ],
      ['status', fn.disabled === true ? 'disabled' : fn.status],
      ['key', fn.enable_api_key === true ? 'wanted' : 'open'],
      ['keys', (fn.keys ?? []).join(', ')],
      ['runtime', runtimeOf(fn)],
      ['main method', fn.main_method],
      ['flavor', fn.flavor],
      ['timeout', fn.timeout === 0 ? 'the longest' : `${fn.timeout} s`],
      ['network', fn.network],
      ['body limit', fn.max_body_bytes === 0 ? "the server's" : `${fn.max_body_bytes} bytes`],
      ['instances', `${readyOfTotal(fn)} ready, ${min_instances} to ${max_instances} allowed`],
      // Names only: values are often secrets, and --json has them.
      ['environment', Object.keys(fn.envs ?? {}).join(', ')],
      ['secrets', fn.secret_env_names.join(', ')],
      ['build', fn.build_status],
      ['created', fn.created_at],
    ]),
  )
  const message = fn.build_message.trim()
  if (message !== '') print(details(message.split('\n').map((line) => ['build log', line])))
}

/** `nodejs14, runs on nodejs20` */
function runtimeOf({ runtime, runtime_version: version }: FunctionSerializer): string {
  return version === runtime || version === '' ? runtime : `${runtime}, runs on ${version}`
}
