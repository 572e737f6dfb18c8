/** One day of the diary. */
export interface Entry {
  /** UTC, `2027-01-04 09:00`. */
  readonly date: string
  /** Undefined for what is prepared and not shown. */
  readonly title?: string
  readonly text: string
  readonly steps: readonly Step[]
}

export interface Step {
  /** For bash; `latchkey`, `$KEY` and `$ORDERS` are there. */
  readonly run: string
  /** Run again until it prints this. */
  readonly until?: RegExp
  /** A variable for later commands, and what in the output is its value. */
  readonly keep?: { readonly name: string; readonly from: RegExp }
  /** Whether the command is expected to fail. */
  readonly fails?: boolean
  readonly hidden?: boolean
}

const SECRET = /lk_[0-9A-Za-z]{49}/
const ENDPOINT = /http:\/\/[\w.:]+\/orders-shop-[a-z2-7]{8}/

const CODE = `exports.handler = async (event) => {
  const { request } = event.extensions
  return { method: request.method, path: request.path, for: request.get('latchkey-key-name') }
}`

/** The answer's status and body; with the expiry where the gateway tells it. */
function call(path: string, options = '', key = 'KEY'): Step {
  return {
    run: `curl -s -w ' %{http_code}\\n' ${options}-H "X-API-Key: $${key}" $ORDERS${path}`,
  }
}

function status(key = 'KEY', options = ''): Step {
  return {
    run: `curl -s -o /dev/null -w '%{http_code}\\n' ${options}-H "X-API-Key: $${key}" $ORDERS/orders`,
  }
}

export const STORY: readonly Entry[] = [
  {
    date: '2027-01-04 09:00',
    text: '',
    steps: [
      { run: 'latchkey namespace create shop', hidden: true },
      { run: `cat > orders.cjs <<'CODE'\n${CODE}\nCODE`, hidden: true },
      {
        run: 'latchkey function create shop/orders --file orders.cjs',
        keep: { name: 'ORDERS', from: ENDPOINT },
        hidden: true,
      },
    ],
  },
  {
    date: '2027-01-04 09:05',
    title: 'a partner gets a key',
    text: 'It may read and place orders, and nothing else that the function can do. `$KEY` is the secret from here on: it is shown this once.',
    steps: [
      {
        run: 'latchkey key create partner --function shop/orders:GET,POST:/orders --label team=sales --expire 2028-01-01',
        keep: { name: 'KEY', from: SECRET },
      },
      call('/orders/7'),
      call('/orders/7', '-X DELETE '),
    ],
  },
  {
    date: '2027-02-01 10:00',
    title: 'who is it, and what does it do?',
    text: 'Four weeks on, with a morning of calls.',
    steps: [
      {
        run: 'for i in 1 2 3 4 5 6 7 8; do curl -s -o /dev/null -H "X-API-Key: $KEY" $ORDERS/orders; done; curl -s -o /dev/null -H "X-API-Key: $KEY" $ORDERS/admin',
        hidden: true,
      },
      { run: 'latchkey key get partner', until: /last used: +2027-02-01/ },
      { run: 'latchkey key usage partner --step day --since 30d', until: /2027-02-01[\s\S]*9/ },
    ],
  },
  {
    date: '2027-03-15 08:00',
    title: 'a new secret, and no outage',
    text: 'Both secrets work. The old one ends two days after the new one was used first; until then nobody has to hurry.',
    steps: [
      {
        run: 'latchkey key rotate partner --grace 2d',
        keep: { name: 'NEW', from: SECRET },
      },
      status('KEY'),
      status('NEW'),
      { run: 'latchkey key get partner', until: /ends at 2027-03-17[\s\S]*last used: +2027-03-15/ },
    ],
  },
  {
    date: '2027-03-18 08:00',
    title: 'the old secret is over',
    text: '',
    steps: [status('KEY'), status('NEW')],
  },
  {
    date: '2027-04-20 11:00',
    title: 'a call from somewhere else',
    text: 'The partner has moved its servers, or somebody has found the secret: it is told once for each address.',
    steps: [
      status('NEW', '--interface 127.0.0.9 '),
      { run: 'latchkey notification list --unread', until: /127\.0\.0\.9/ },
      { run: 'latchkey key addresses partner' },
    ],
  },
  {
    date: '2027-04-20 11:20',
    title: 'off, and on again',
    text: 'It is switched off until the partner has answered the telephone. The answer comes when no gateway lets it pass any more.',
    steps: [
      { run: 'latchkey key disable partner' },
      status('NEW'),
      { run: 'latchkey key enable partner' },
      status('NEW'),
      { run: 'latchkey notification read --all' },
    ],
  },
  {
    date: '2027-06-02 16:30',
    title: 'deleted by mistake',
    text: 'For 30 days it can be brought back, with its secret and all that it opened.',
    steps: [
      { run: 'latchkey key delete partner --yes' },
      status('NEW'),
      { run: 'latchkey key restore partner' },
      status('NEW'),
    ],
  },
  {
    date: '2027-09-10 07:00',
    title: 'nobody has used it',
    text: 'After 90 days without a call there is a notice, and the review lists it.',
    steps: [
      { run: 'latchkey notification list --unread', until: /unused|not used|nothing/i },
      { run: 'latchkey key review' },
    ],
  },
  {
    date: '2027-12-02 09:00',
    title: 'thirty days left',
    text: 'The operator is told, and so is the caller: each answer carries the end of its key.',
    steps: [
      { run: 'latchkey notification list --unread', until: /expires/ },
      {
        run: 'curl -s -D - -o /dev/null -H "X-API-Key: $NEW" $ORDERS/orders | grep -i latchkey',
      },
    ],
  },
  {
    date: '2028-01-01 00:00',
    title: 'expired, and renewed',
    text: 'At the first second of the year the gateway refuses it. It stays in the list, and works again as soon as it is renewed.',
    steps: [
      status('NEW'),
      { run: 'latchkey key list' },
      { run: 'latchkey key update partner --expire 2029-01-01' },
      status('NEW'),
    ],
  },
  {
    date: '2028-01-04 09:00',
    title: 'the secret is on the Internet',
    text: 'Somebody has committed it. A key that leaked is gone for good, and the log has its whole story, each row chained to the one before.',
    steps: [
      { run: 'latchkey key delete partner --leaked --yes' },
      status('NEW'),
      { run: 'latchkey key restore partner', fails: true },
      { run: 'latchkey audit list --action key. --oldest-first' },
      { run: 'latchkey audit verify' },
    ],
  },
]
