import { integer, type SettingTable } from './setting.ts'

/** What a build may take, and what of builds is kept. */
export const BUILDS = {
  buildTimeoutSeconds: integer({
    env: 'LATCHKEY_BUILD_TIMEOUT_SECONDS',
    flag: '--build-timeout-seconds',
    placeholder: 'seconds',
    default: 300,
    least: 1,
    most: 3_600,
    sentence: 'How long a build may take, the installation of dependencies included.',
  }),
  buildSizeMb: integer({
    env: 'LATCHKEY_BUILD_SIZE_MB',
    flag: '--build-size-mb',
    placeholder: 'MB',
    default: 512,
    least: 1,
    most: 65_536,
    sentence:
      'How large a built function may be, its dependencies included; a build that has written twice as much is ended.',
  }),
  buildMemoryMb: integer({
    env: 'LATCHKEY_BUILD_MEMORY_MB',
    flag: '--build-memory-mb',
    placeholder: 'MB',
    default: 2_048,
    least: 64,
    most: 1_048_576,
    sentence: 'How much memory the tools of one build may take together.',
  }),
  buildCacheMb: integer({
    env: 'LATCHKEY_BUILD_CACHE_MB',
    flag: '--build-cache-mb',
    placeholder: 'MB',
    default: 4_096,
    least: 1,
    most: 1_048_576,
    sentence:
      'How much the tools of one language may keep between builds; when it is more they begin anew.',
  }),
  versionsKept: integer({
    env: 'LATCHKEY_VERSIONS_KEPT',
    flag: '--versions-kept',
    placeholder: 'count',
    default: 20,
    least: 1,
    most: 1_000,
    sentence: 'How many versions of each function are kept, what was built for them included.',
  }),
} satisfies SettingTable
