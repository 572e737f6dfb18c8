import { type EndpointBase, endpointUrl } from '../domain/endpoint.ts'
import { PublicError } from '../domain/errors.ts'
import { versionId } from '../domain/function.ts'
import { formatFunctionName, type Scope } from '../domain/names.ts'
import {
  type TestAnswer,
  type TestCall,
  testFields,
  testHeaderFaults,
} from '../domain/test-call.ts'
import type { NodeTests } from '../feed/node-tests.ts'
import { unreachable } from '../lib/assert.ts'
import { scrubbed } from '../observability/scrub.ts'
import type { Db } from '../store/dialect.ts'
import { deployedVersions } from '../store/function-versions.ts'
import { findKeyDigest } from '../store/key-digests.ts'
import { commit } from './commit.ts'
import type { ControlDeps } from './deps.ts'
import { requireFunction } from './functions.ts'
import { requireScope } from './scope.ts'
import type { TestInput, TestUseCases } from './tests-control.ts'

/** Each holds a request and its answer in memory, and may take minutes. */
const UNDER_WAY_MAX = 32

export function testUseCases(deps: ControlDeps): TestUseCases {
  const { db } = deps.store
  const { tests = NO_TESTS } = deps
  let underWay = 0

  return {
    async run(context, scope, name, input, signal) {
      checkHeaders(input)
      await requireScope(db, scope)
      const fn = await requireFunction(db, scope, name)
      const key = await keyOf(db, scope, input.key)
      if (underWay >= UNDER_WAY_MAX) throw new PublicError('too_many_tests')
      underWay += 1
      try {
        // Before it runs: whatever it does, who had it done is known.
        await commit(deps, context, async (handle) => {
          const entityName = formatFunctionName(name)
          handle.audit({
            action: 'function.tested',
            entityId: fn.id,
            entityName,
            scope,
            after: audited(input),
          })
        })
        const { address } = context.actor
        const call = callOf(deps, fn, key, input, address)
        const answer = await run(tests, call, signal)
        return { ...answer, versionNumber: await versionNumber(db, fn.id, answer.versionId) }
      } finally {
        underWay -= 1
      }
    },
  }
}

async function run(tests: NodeTests, call: TestCall, signal: AbortSignal): Promise<TestAnswer> {
  const outcome = await tests.test(call, signal)
  switch (outcome.kind) {
    case 'answered':
      return outcome.answer
    case 'no-node':
      throw new PublicError('no_data_node')
    case 'interrupted':
      throw new PublicError(
        'no_data_node',
        'The data node ended while the call ran: whether the function did its work is not known.',
      )
    default:
      return unreachable(outcome)
  }
}

function callOf(
  base: EndpointBase,
  { id, label }: { readonly id: string; readonly label: string },
  key: { readonly id: string; readonly digest: string } | null,
  { method, path, headers, body }: TestInput,
  address: string,
): TestCall {
  const { host, protocol } = new URL(endpointUrl(base, label))
  const isByHost = base.domain !== undefined && base.domain !== null && base.domain !== ''
  return {
    functionId: id,
    keyId: key?.id ?? null,
    keyDigest: key?.digest ?? null,
    method,
    url: isByHost ? path : `/${label}${path}`,
    target: path,
    fields: testFields(host, headers),
    host,
    address: address === '' ? null : address,
    proto: protocol === 'https:' ? 'https' : 'http',
    body,
  }
}

async function keyOf(db: Db, scope: Scope, name: string | null) {
  if (name === null) return null
  const key = await findKeyDigest(db, scope, name)
  if (key !== undefined) return key
  throw new PublicError('invalid_body', `There is no key named ${name}.`, [
    { field: 'key', message: 'names a key that does not exist' },
  ])
}

function checkHeaders({ headers }: TestInput): void {
  const faults = testHeaderFaults(headers)
  if (faults.length === 0) return
  const sentence = faults.map(({ field, message }) => `${field} ${message}`).join('; ')
  throw new PublicError('invalid_body', `The request body is not valid: ${sentence}.`, faults)
}

/** Neither headers nor the body nor the query: they may hold what nobody should read here. */
function audited({ key, method, path }: TestInput) {
  return { key, method, path: scrubbed(path.split('?', 1)[0]!) }
}

async function versionNumber(
  db: Db,
  functionId: string,
  id: string | undefined,
): Promise<number | null> {
  if (id === undefined) return null
  const versions = await deployedVersions(db, functionId)
  return versions.find(({ deployed }) => versionId(deployed) === id)?.number ?? null
}

/** Where no data node can be asked. */
const NO_TESTS: NodeTests = { test: async () => ({ kind: 'no-node' }) }
