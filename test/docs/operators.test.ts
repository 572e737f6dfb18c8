import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { renderPage } from '../../scripts/write-access.ts'
import { ACCESS } from '../../src/api/access.ts'
import { ACCOUNT_LIMIT, ADDRESS_LIMIT } from '../../src/domain/log-in-limit.ts'
import { ROLES } from '../../src/domain/role.ts'
import { SESSION_TIMES } from '../../src/domain/session.ts'
import { PASSWORD_CHARS_MAX, PASSWORD_CHARS_MIN } from '../../src/domain/user.ts'
import { ARGON2, SCRYPT } from '../../src/lib/password-hash.ts'

const page = readFileSync(new URL('../../docs/operators.md', import.meta.url), 'utf8')

describe('docs/operators.md', () => {
  it('has what every route asks for; `npm run generate` writes it', () => {
    expect(page === renderPage(page)).toBe(true)
    const table = page.split('## What each route asks for')[1]!
    const rows = table.match(/^\| `(GET|POST|PUT|PATCH|DELETE) \/(cloud|iam)\//gm)
    expect(rows).toHaveLength(Object.keys(ACCESS).length)
  })

  it('names the roles in their order, and the numbers as they are', () => {
    const named = [...page.matchAll(/^\| `(\w+)` \| [a-z]/gm)].map(([, name]) => name)
    expect(named.slice(0, ROLES.length)).toEqual([...ROLES])
    expect(page).toContain(`${PASSWORD_CHARS_MIN} to ${PASSWORD_CHARS_MAX} characters`)
    expect(page).toContain(`(${ARGON2.memoryKib / 1024} MiB, ${ARGON2.passes} passes`)
    expect(page).toContain(`scrypt (2^${SCRYPT.costLog2}, ${SCRYPT.blockSize}, ${SCRYPT.lanes})`)
    expect(page).toContain(`after ${SESSION_TIMES.idleMs / 3_600_000} h without a request`)
    expect(page).toContain(`after ${SESSION_TIMES.lifeMs / 86_400_000} days anyway`)
    expect(page).toContain(`whether it exists or not | ${ACCOUNT_LIMIT.free} | 15 s`)
    expect(page).toContain(`the /64 network | ${ADDRESS_LIMIT.free} | the same`)
  })
})
