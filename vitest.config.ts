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
    // As long as a step in the browser may take; what is looked for comes long before on an idle machine.
    expect: { poll: { timeout: 30_000 } },
  },
})
