import type { Migration } from 'kysely/migration'
import * as foundation from './0001-foundation.ts'
import * as usage from './0002-usage.ts'
import * as bodyLimit from './0003-body-limit.ts'
import * as builds from './0004-builds.ts'
import * as secrets from './0005-secrets.ts'
import * as triggers from './0006-triggers.ts'
import * as network from './0007-network.ts'
import * as keyLife from './0008-key-life.ts'
import * as verdicts from './0009-verdicts.ts'
import * as keyAddresses from './0011-key-addresses.ts'
import * as notices from './0013-notices.ts'
import * as webhooks from './0014-webhooks.ts'
import * as auditChain from './0015-audit-chain.ts'
import * as operators from './0016-operators.ts'
import * as measures from './0017-measures.ts'
import * as stretches from './0018-stretches.ts'

/** In order; a new one goes to the end and raises SCHEMA_VERSION. One that was released never changes. */
export const MIGRATIONS = {
  '0001-foundation': foundation,
  '0002-usage': usage,
  '0003-body-limit': bodyLimit,
  '0004-builds': builds,
  '0005-secrets': secrets,
  '0006-triggers': triggers,
  '0007-network': network,
  '0008-key-life': keyLife,
  '0009-verdicts': verdicts,
  '0011-key-addresses': keyAddresses,
  '0013-notices': notices,
  '0014-webhooks': webhooks,
  '0015-audit-chain': auditChain,
  '0016-operators': operators,
  '0017-measures': measures,
  '0018-stretches': stretches,
} as const satisfies Record<string, Migration>
