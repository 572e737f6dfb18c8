import { parseSealingKey } from '../lib/sealing.ts'
import { INVALID, type SettingTable, secret, text } from './setting.ts'

const FORM = '32 random bytes in base64, as `openssl rand -base64 32` prints them'

/** What the secret environment values of functions are sealed with. */
export const SECRETS = {
  secretKey: secret(
    {
      env: 'LATCHKEY_SECRET_KEY',
      expects: FORM,
      sentence:
        'The key that secret environment values are sealed with, in place of the key file; the same for control and all data nodes.',
    },
    (value) => (isKey(value) ? value : INVALID),
  ),
  secretKeyPrevious: secret(
    {
      env: 'LATCHKEY_SECRET_KEY_PREVIOUS',
      expects: `keys with commas between them, each ${FORM}`,
      sentence: 'Keys of before, which still open what was sealed with them.',
    },
    (value) => {
      const keys = value.split(',').map((key) => key.trim())
      return keys.every(isKey) ? keys.join(',') : INVALID
    },
  ),
  secretKeyFile: text(
    {
      env: 'LATCHKEY_SECRET_KEY_FILE',
      flag: '--secret-key-file',
      placeholder: 'path',
      default: '',
      defaultText: '`secret.key` in the data directory, made at the first start',
      expects: 'the path of a file',
      sentence: 'The file with the key that secret environment values are sealed with.',
    },
    (value) => !value.includes('\0'),
  ),
} satisfies SettingTable

function isKey(value: string): boolean {
  return parseSealingKey(value) !== undefined
}
