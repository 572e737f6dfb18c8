import type { Command } from 'commander'
import { EXPIRY_FORMS } from './expiry.ts'

export function defineLogin(command: Command): void {
  command
    .description(
      'Asks for an API token, or reads it from standard input, verifies it, and keeps it for the commands to come. Several servers are kept; the last is the current one.',
    )
    .argument('[url]', "the server's URL (default: LATCHKEY_URL, or http://127.0.0.1:8080)")
    .option(
      '--email <address>',
      'asks for the password of this user instead, and makes a token for this machine',
    )
    .option('--expires <when>', `when that token expires: ${EXPIRY_FORMS}`, '90d')
    .action(async (url, flags) => {
      const { login } = await import('./login/login.ts')
      await login(url, flags)
    })
}
