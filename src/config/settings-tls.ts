import { choice, type SettingTable, text } from './setting.ts'

/** Certificates of both ports. */
export const TLS = {
  tlsCert: text({
    env: 'LATCHKEY_TLS_CERT',
    flag: '--tls-cert',
    placeholder: 'file',
    default: '',
    defaultText: 'none: plain HTTP',
    expects: 'the path of a file',
    sentence:
      'The certificate of the gateway in PEM form, those of its authorities after it. With it the gateway port speaks TLS only, HTTP/1.1 and HTTP/2.',
  }),
  tlsKey: text({
    env: 'LATCHKEY_TLS_KEY',
    flag: '--tls-key',
    placeholder: 'file',
    default: '',
    defaultText: 'none',
    expects: 'the path of a file',
    sentence: "The certificate's private key in PEM form, not encrypted.",
  }),
  tlsDir: text({
    env: 'LATCHKEY_TLS_DIR',
    flag: '--tls-dir',
    placeholder: 'folder',
    default: '',
    defaultText: 'none',
    expects: 'the path of a folder',
    sentence:
      'More certificates, chosen by the host that a caller asks for: `<name>.crt` with `<name>.key`, or a folder for each with `tls.crt` and `tls.key` or with `fullchain.pem` and `privkey.pem`.',
  }),
  tlsMinVersion: choice({
    env: 'LATCHKEY_TLS_MIN_VERSION',
    flag: '--tls-min-version',
    placeholder: 'version',
    choices: ['TLSv1.2', 'TLSv1.3'],
    default: 'TLSv1.2',
    sentence: 'The oldest version of TLS that is spoken.',
  }),
  apiTlsCert: text({
    env: 'LATCHKEY_API_TLS_CERT',
    flag: '--api-tls-cert',
    placeholder: 'file',
    default: '',
    defaultText: 'none: plain HTTP',
    expects: 'the path of a file',
    sentence:
      'A certificate for the REST API in PEM form, which may be the same. With it the API port speaks HTTPS only.',
  }),
  apiTlsKey: text({
    env: 'LATCHKEY_API_TLS_KEY',
    flag: '--api-tls-key',
    placeholder: 'file',
    default: '',
    defaultText: 'none',
    expects: 'the path of a file',
    sentence: "The API certificate's private key in PEM form, not encrypted.",
  }),
} satisfies SettingTable
