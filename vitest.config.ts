import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/portal/global-setup.ts'],
    // Tests start real processes; a loaded two-core machine is the slowest place they must pass on.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: 'forks',
    // Real processes on a machine that others load: what fails twice is broken, what fails once is reported.
    retry: 1,
  },
})
