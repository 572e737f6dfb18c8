import { parseHostPart } from '../domain/webhook-hosts.ts'
import { list, type SettingTable } from './setting.ts'

/** Where webhooks may be sent to. */
export const WEBHOOKS = {
  webhookHosts: list(
    {
      env: 'LATCHKEY_WEBHOOK_HOSTS',
      flag: '--webhook-hosts',
      placeholder: 'hosts',
      default: ['external'],
      defaultText: 'external',
      expects: 'external, all, or names of hosts, addresses and ranges such as 10.1.0.0/16',
      sentence:
        'Where webhooks may be sent to: `external` for addresses of the internet, which are always allowed, hosts and ranges besides, or `all`.',
    },
    (part) => parseHostPart(part) !== undefined,
  ),
} satisfies SettingTable
