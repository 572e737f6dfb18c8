/** What a function is to see of a request. */
export interface Seen {
  readonly method: string
  readonly url: string
  readonly body: string
  /** Undefined for a header that must not be there. */
  readonly headers: Readonly<Record<string, string | undefined>>
}

/** Bytes that two readers could read in two ways, and the one way in which the gateway reads them. */
export interface SmugglingCase {
  /** As it stands in the document: Markdown. */
  readonly name: string
  /** One character a byte. The functions are `/open` and, wanting a key, `/locked`. */
  readonly bytes: string
  readonly status: number
  /** Whether what is sent behind it on the same connection is looked at. */
  readonly isOpenAfter: boolean
  /** Undefined when no function may be reached. */
  readonly seen?: Seen
}

export interface SmugglingGroup {
  readonly title: string
  readonly cases: readonly SmugglingCase[]
}

const HOST = 'Host: h\r\n'
const CHUNKED = 'Transfer-Encoding: chunked'
const ABC = '3\r\nabc\r\n0\r\n\r\n'
const WEBSOCKET = 'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13'

export const SMUGGLING_GROUPS: readonly SmugglingGroup[] = [
  {
    title: '`Content-Length` against `Transfer-Encoding`',
    cases: [
      refused('Both, the length first', post(`Content-Length: 5\r\n${CHUNKED}`, '0\r\n\r\n')),
      refused('Both, the coding first', post(`${CHUNKED}\r\nContent-Length: 5`, '0\r\n\r\n')),
      refused('Both, and the length is 0', post(`Content-Length: 0\r\n${CHUNKED}`, ABC)),
      passed(
        'A length, and a coding under the name `Transfer_Encoding`',
        post('Transfer_Encoding: chunked\r\nContent-Length: 3', 'abc'),
        posted('abc', { transfer_encoding: undefined, 'content-length': '3' }),
      ),
      passed(
        'Chunks, and a length under the name `Content_Length`',
        post(`Content_Length: 50\r\n${CHUNKED}`, ABC),
        posted('abc', { content_length: undefined }),
      ),
      passed('Chunks with a `GET`', get(CHUNKED, ABC), got('abc')),
      passed('A length with a `GET`', get('Content-Length: 3', 'abc'), got('abc')),
    ],
  },
  {
    title: '`Transfer-Encoding`',
    cases: [
      passed('`chunked`', post(CHUNKED, ABC), posted('abc', { 'transfer-encoding': undefined })),
      passed('`cHuNkEd`', coded(' cHuNkEd'), posted('abc')),
      passed('`chunked` between spaces', coded('  chunked  '), posted('abc')),
      passed('A tab before `chunked`', coded('\tchunked'), posted('abc')),
      refused('A tab behind `chunked`', coded(' chunked\t')),
      refused('A vertical tab before `chunked`', coded(' \x0bchunked')),
      refused('A vertical tab behind `chunked`', coded(' chunked\x0b')),
      refused('A form feed before `chunked`', coded(' \x0cchunked')),
      refused('The byte A0 behind `chunked`', coded(' chunked\xa0')),
      refused('NUL behind `chunked`', coded(' chunked\0')),
      refused('`xchunked`', coded(' xchunked')),
      refused('`"chunked"`', coded(' "chunked"')),
      refused("`'chunked'`", coded(" 'chunked'")),
      refused('`chunked;q=1`', coded(' chunked;q=1')),
      refused('`identity`', coded(' identity')),
      refused('`gzip, chunked`', coded(' gzip, chunked')),
      refused('`chunked, identity`', coded(' chunked, identity')),
      refused('`identity, chunked`', coded(' identity, chunked')),
      refused('`chunked, chunked`', coded(' chunked, chunked')),
      refused('`, chunked`', coded(' ,chunked')),
      refused('`chunked,`', coded(' chunked,')),
      refused('Nothing', coded('')),
      refused('Twice, `chunked` both times', post(`${CHUNKED}\r\n${CHUNKED}`, ABC)),
      refused('Twice, `identity` second', post(`${CHUNKED}\r\nTransfer-Encoding: identity`, ABC)),
      refused('Twice, `identity` first', post(`Transfer-Encoding: identity\r\n${CHUNKED}`, ABC)),
      refused('A space before the colon', post('Transfer-Encoding : chunked', ABC)),
      refused(
        '`chunked` with HTTP/1.0',
        `POST /open/c HTTP/1.0\r\n${HOST}Connection: keep-alive\r\n${CHUNKED}\r\n\r\n${ABC}`,
      ),
    ],
  },
  {
    title: '`Content-Length`',
    cases: [
      passed('`5` between spaces and tabs', long(' \t 5 \t '), posted('abcde')),
      passed('`0005`: the zeros mean nothing', long(' 0005'), posted('abcde')),
      refused('Twice the same', post('Content-Length: 5\r\nContent-Length: 5', 'abcde')),
      refused('Twice, different', post('Content-Length: 5\r\nContent-Length: 6', 'abcde')),
      refused('`5, 5`', long(' 5, 5')),
      refused('`5 5`', long(' 5 5')),
      refused('`+5`', long(' +5')),
      refused('`-5`', long(' -5')),
      refused('`0x5`', long(' 0x5')),
      refused('`5.0`', long(' 5.0')),
      refused('`5e0`', long(' 5e0')),
      refused('`5;`', long(' 5;')),
      refused('Nothing', long('')),
      refused('A vertical tab before the number', long(' \x0b5')),
      refused('2^64 + 5', long(' 18446744073709551621')),
      refused('26 digits', long(` ${'9'.repeat(26)}`)),
      refused('2^53 + 1, more than any limit', long(' 9007199254740993'), 413),
    ],
  },
  {
    title: 'Chunks',
    cases: [
      passed('Sizes in either case', chunks('A\r\n0123456789\r\n0\r\n\r\n'), posted('0123456789')),
      passed('`0003`: the zeros mean nothing', chunks('0003\r\nabc\r\n0\r\n\r\n'), posted('abc')),
      passed('`00` as the last one', chunks('3\r\nabc\r\n00\r\n\r\n'), posted('abc')),
      passed('Extensions', chunks('3;a=b;c="d;e"\r\nabc\r\n0;f\r\n\r\n'), posted('abc')),
      refused('`0x3`', chunks('0x3\r\nabc\r\n0\r\n\r\n')),
      refused('`+3`', chunks('+3\r\nabc\r\n0\r\n\r\n')),
      refused('`-3`', chunks('-3\r\nabc\r\n0\r\n\r\n')),
      refused('`1_0`', chunks('1_0\r\nabc\r\n0\r\n\r\n')),
      refused('`g`', chunks('g\r\nabc\r\n0\r\n\r\n')),
      refused('No size', chunks('\r\nabc\r\n0\r\n\r\n')),
      refused('A space before the size', chunks(' 3\r\nabc\r\n0\r\n\r\n')),
      refused('A space behind the size', chunks('3 \r\nabc\r\n0\r\n\r\n')),
      refused('A tab behind the size', chunks('3\t\r\nabc\r\n0\r\n\r\n')),
      refused('2^64 + 3', chunks('10000000000000003\r\nabc\r\n0\r\n\r\n')),
      refused('17 digits', chunks('fffffffffffffffff\r\nabc\r\n0\r\n\r\n')),
      refused('A chunk longer than its size', chunks('3\r\nabcdef\r\n0\r\n\r\n')),
      refused('A chunk shorter than its size', chunks('5\r\nabc\r\n0\r\n\r\n')),
      refused('LF alone behind a size', chunks('3\nabc\r\n0\r\n\r\n')),
      refused('CR alone behind a size', chunks('3\rabc\r\n0\r\n\r\n')),
      refused('LF alone behind a chunk', chunks('3\r\nabc\n0\r\n\r\n')),
      refused('LF alone behind the last size', chunks('3\r\nabc\r\n0\n\r\n')),
      refused('LF alone at the end', chunks('3\r\nabc\r\n0\r\n\n')),
      refused('LF alone behind an extension', chunks('3;a\nabc\r\n0\r\n\r\n')),
      refused('CR alone in an extension', chunks('3;a\rb\r\nabc\r\n0\r\n\r\n')),
      refused('A line break in a quoted extension', chunks('3;a="\r\nabc\r\n0\r\n\r\n')),
      refused('A semicolon without an extension', chunks('3;\r\nabc\r\n0\r\n\r\n')),
      refused('A space before an extension', chunks('3 ;a=b\r\nabc\r\n0\r\n\r\n')),
      refused(
        'Extensions of more than 16 KiB',
        chunks(`3;${'a'.repeat(20_000)}\r\nabc\r\n0\r\n\r\n`),
        413,
      ),
      refused('No last chunk, and another request instead', chunks('3\r\nabc\r\n')),
    ],
  },
  {
    title: 'Trailers',
    cases: [
      passed(
        'A trailer is dropped',
        chunks('3\r\nabc\r\n0\r\nX-Trailer: a\r\n\r\n'),
        posted('abc', { 'x-trailer': undefined }),
      ),
      passed(
        '`X-API-Key`, `Host` or `Latchkey-Key-Id` as a trailer is dropped',
        chunks('3\r\nabc\r\n0\r\nX-API-Key: a\r\nHost: a\r\nLatchkey-Key-Id: a\r\n\r\n'),
        posted('abc', { 'x-api-key': undefined, host: 'h', 'latchkey-key-id': undefined }),
      ),
      passed(
        '`Upgrade` as a trailer is dropped',
        chunks('3\r\nabc\r\n0\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n'),
        posted('abc'),
      ),
      refused(
        '`X-API-Key` as a trailer opens nothing',
        `POST /locked/c HTTP/1.1\r\n${HOST}${CHUNKED}\r\n\r\n3\r\nabc\r\n0\r\nX-API-Key: KEY\r\n\r\n`,
        401,
      ),
      refused(
        '`Content-Length` as a trailer',
        chunks('3\r\nabc\r\n0\r\nContent-Length: 50\r\n\r\n'),
      ),
      refused('`Transfer-Encoding` as a trailer', chunks(`3\r\nabc\r\n0\r\n${CHUNKED}\r\n\r\n`)),
      refused('A folded trailer', chunks('3\r\nabc\r\n0\r\nX: a\r\n b\r\n\r\n')),
      refused('LF alone behind a trailer', chunks('3\r\nabc\r\n0\r\nX: a\n\r\n')),
      refused(
        'Trailers longer than headers may be',
        chunks(`3\r\nabc\r\n0\r\n${`X: ${'a'.repeat(1000)}\r\n`.repeat(30)}\r\n`),
        431,
      ),
    ],
  },
  {
    title: 'Lines and headers',
    cases: [
      refused('A folded value', get('X: a\r\n b')),
      refused('A value folded with a tab', get('X: a\r\n\tb')),
      refused('A value folded to nothing', get('X: a\r\n \r\nY: b')),
      refused('A folded name', get('X\r\n : a')),
      refused('A folded first header', `GET /open/c HTTP/1.1\r\n ${HOST}\r\n`),
      refused('A folded `Transfer-Encoding`', post('Transfer-Encoding:\r\n chunked', ABC)),
      refused('A folded `Content-Length`', post('Content-Length:\r\n 5', 'abcde')),
      refused('LF alone behind the request line', `GET /open/c HTTP/1.1\n${HOST}\r\n`),
      refused('LF alone behind a header', `GET /open/c HTTP/1.1\r\nHost: h\nX: y\r\n\r\n`),
      refused('LF alone at the end', `GET /open/c HTTP/1.1\r\n${HOST}\n`),
      refused('CR alone behind the request line', `GET /open/c HTTP/1.1\r${HOST}\r\n`),
      refused('CR alone in a value', get('X: a\rY: b')),
      refused('CR alone in a name', get('X\rY: b')),
      refused('CR twice', `GET /open/c HTTP/1.1\r\nHost: h\r\r\n\r\n`),
      passed('Empty lines before a request', `\r\n\r\n${get('X: a')}`, got()),
      refused('A space before the method', ` ${get('X: a')}`),
      refused('A space before the colon', get('X : a')),
      refused('A space in a name', get('X Y: a')),
      refused('No name', get(': a')),
      refused('No colon', get('X')),
      refused('Brackets in a name', get('X(): a')),
      refused('NUL in a name', get('X\0: a')),
      refused('A byte above 7F in a name', get('X\xe9: a')),
      refused('NUL in a value', get('X: a\0b')),
      refused('A control byte in a value', get('X: a\x01b')),
      refused('A vertical tab in a value', get('X: a\x0bb')),
      refused('DEL in a value', get('X: a\x7fb')),
      passed('A byte above 7F in a value', get('X: a\xffb'), got('', { x: 'a\xffb' })),
    ],
  },
  {
    title: 'Methods and versions',
    cases: [
      refused('A method that is none', line('FOO /open/c HTTP/1.1')),
      refused('A method in lower case', line('get /open/c HTTP/1.1')),
      refused('`G@T`', line('G@T /open/c HTTP/1.1')),
      refused('No method', line(' /open/c HTTP/1.1')),
      refused('HTTP/0.9, without a version', 'GET /open/c\r\n\r\n'),
      refused('`HTTP/0.9`', line('GET /open/c HTTP/0.9')),
      refused('`HTTP/1.2`', line('GET /open/c HTTP/1.2')),
      refused('`HTTP/1.10`', line('GET /open/c HTTP/1.10')),
      refused('`HTTP/01.1`', line('GET /open/c HTTP/01.1')),
      refused('`HTTP/2.0`', line('GET /open/c HTTP/2.0')),
      refused('`HTTP/2`', line('GET /open/c HTTP/2')),
      refused('`http/1.1`', line('GET /open/c http/1.1')),
      refused('The preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0'),
      refused('`PRI * HTTP/1.1`', line('PRI * HTTP/1.1')),
      refused('A space behind the version', line('GET /open/c HTTP/1.1 ')),
      refused('Tabs instead of spaces', line('GET\t/open/c\tHTTP/1.1')),
      passed('Two spaces for one', line('GET  /open/c  HTTP/1.1'), got()),
      passed('`HTTP/1.0`', line('GET /open/c HTTP/1.0', 'Connection: keep-alive'), got()),
      last('`HTTP/1.0` without `keep-alive`', line('GET /open/c HTTP/1.0'), got()),
      last('`RTSP/1.0`, read as HTTP/1.0', line('GET /open/c RTSP/1.0'), got()),
    ],
  },
  {
    title: 'Targets',
    cases: [
      passed('`http://h/open/c`', line('GET http://h/open/c HTTP/1.1'), got()),
      passed('`HTTP://H/open/c`', line('GET HTTP://H/open/c HTTP/1.1'), got()),
      passed(
        '`https://h/open/c`: the scheme says nothing',
        line('GET https://h/open/c HTTP/1.1'),
        got(),
      ),
      refused('`http://other/open/c`, not the `Host`', line('GET http://other/open/c HTTP/1.1')),
      refused('`http://u:p@h/open/c`', line('GET http://u:p@h/open/c HTTP/1.1')),
      refused('`http:///open/c`', line('GET http:///open/c HTTP/1.1')),
      refused('`ws://h/open/c`', line('GET ws://h/open/c HTTP/1.1')),
      refused('`http://h/open/c` without a `Host`', 'GET http://h/open/c HTTP/1.1\r\n\r\n'),
      refused('`h:80`', line('GET h:80 HTTP/1.1')),
      refused('`open/c`', line('GET open/c HTTP/1.1')),
      answered('`*`: names no function', line('OPTIONS * HTTP/1.1'), 404),
      refused('`/open/c#x`', line('GET /open/c#x HTTP/1.1')),
      answered('`/open\\c`: another label', line('GET /open\\c HTTP/1.1'), 404),
      answered('`/open%2fc`: another label', line('GET /open%2fc HTTP/1.1'), 404),
      answered('`/OPEN/c`: another label', line('GET /OPEN/c HTTP/1.1'), 404),
      passed(
        '`/open/../locked/%2e%2e//;x?#`, without the `#`: as it is',
        line('GET /open/../locked/%2e%2e//;x? HTTP/1.1'),
        { ...got(), url: '/../locked/%2e%2e//;x?' },
      ),
      refused('A space', line('GET /open/c /x HTTP/1.1')),
      refused('A tab', line('GET /open/c\tx HTTP/1.1')),
      refused('NUL', line('GET /open/c\0 HTTP/1.1')),
      refused('A control byte', line('GET /open/c\x01 HTTP/1.1')),
      refused('A byte above 7F', line('GET /open/\xc3\xa9 HTTP/1.1')),
    ],
  },
  {
    title: '`Host`',
    cases: [
      refused('None', 'GET /open/c HTTP/1.1\r\nX: a\r\n\r\n'),
      refused('Two', `GET /open/c HTTP/1.1\r\n${HOST}Host: i\r\n\r\n`),
      refused('Two, the same', `GET /open/c HTTP/1.1\r\n${HOST}${HOST}\r\n`),
      passed('Empty', hosted(''), got('', { host: '' })),
      passed('`[::1]:80`', hosted('[::1]:80'), got('', { host: '[::1]:80' })),
      refused('`a b`', hosted('a b')),
      refused('`a,b`', hosted('a,b')),
      refused('`a/b`', hosted('a/b')),
      refused('`a?b`', hosted('a?b')),
      refused('`a@b`', hosted('a@b')),
      refused('`a%2fb`', hosted('a%2fb')),
      refused('`a:80x`', hosted('a:80x')),
      refused('`a"b`', hosted('a"b')),
      refused('Longer than a name can be', hosted('a'.repeat(300))),
    ],
  },
  {
    title: '`Connection`',
    cases: [
      passed(
        'Names a header: dropped',
        get('Connection: X, keep-alive\r\nX: a\r\nY: b'),
        got('', { x: undefined, y: 'b', connection: undefined }),
      ),
      answered(
        'Names `X-API-Key`: read before, and never passed on',
        `GET /locked/c HTTP/1.1\r\n${HOST}Connection: x-api-key\r\nX-API-Key: KEY\r\n\r\n`,
        200,
        got('', { 'x-api-key': undefined, 'latchkey-key-name': 'smuggler' }),
      ),
      passed('Names `Host`: not dropped', get('Connection: host'), got('', { host: 'h' })),
      passed(
        'Names `Content-Length`: not dropped',
        post('Connection: content-length\r\nContent-Length: 5', 'abcde'),
        posted('abcde', { 'content-length': '5' }),
      ),
      passed(
        'Names `Transfer-Encoding`: read all the same',
        post(`Connection: transfer-encoding\r\n${CHUNKED}`, ABC),
        posted('abc'),
      ),
      passed(
        'Names `X-Forwarded-For`: set all the same',
        get('Connection: x-forwarded-for, forwarded\r\nX-Forwarded-For: 9.9.9.9'),
        got('', { 'x-forwarded-for': '127.0.0.1' }),
      ),
      answered(
        'Names `Latchkey-Key-Name`: set all the same',
        `GET /locked/c HTTP/1.1\r\n${HOST}Connection: latchkey-key-name\r\nX-API-Key: KEY\r\n\r\n`,
        200,
        got('', { 'latchkey-key-name': 'smuggler' }),
      ),
      passed(
        '`Latchkey-Key-Id`, `latchkey_key_id`, `X_API_Key` of the caller: dropped',
        get('Latchkey-Key-Id: a\r\nlatchkey_key_id: a\r\nX_API_Key: a'),
        got('', { 'latchkey-key-id': undefined, latchkey_key_id: undefined, x_api_key: undefined }),
      ),
      passed(
        '`TE`, `Keep-Alive`, `Proxy-Connection`, `Trailer`: dropped',
        get('TE: trailers\r\nKeep-Alive: 5\r\nProxy-Connection: keep-alive\r\nTrailer: X'),
        got('', {
          te: undefined,
          'keep-alive': undefined,
          'proxy-connection': undefined,
          trailer: undefined,
        }),
      ),
      last('`close`', get('Connection: close'), got()),
      last('`CLOSE, keep-alive`', get('Connection: CLOSE, keep-alive'), got()),
    ],
  },
  {
    title: '`Expect`',
    cases: [
      passed(
        '`100-continue`: 100 first',
        post('Expect: 100-Continue\r\nContent-Length: 5', 'abcde'),
        posted('abcde', { expect: undefined }),
      ),
      passed('`100-continue` without a body', get('Expect: 100-continue'), got()),
      refused('Anything else', post('Expect: x\r\nContent-Length: 5', 'abcde'), 417),
      refused(
        '`x 100-continue`',
        post('Expect: x 100-continue\r\nContent-Length: 5', 'abcde'),
        417,
      ),
      refused(
        '`100-continue, x`',
        post('Expect: 100-continue, x\r\nContent-Length: 5', 'abcde'),
        417,
      ),
    ],
  },
  {
    title: 'Upgrades and tunnels',
    cases: [
      refused('WebSocket', get(WEBSOCKET), 501),
      refused(
        'WebSocket with a valid key',
        `GET /locked/c HTTP/1.1\r\n${HOST}X-API-Key: KEY\r\n${WEBSOCKET}\r\n\r\n`,
        501,
      ),
      refused(
        'WebSocket without the key',
        `GET /locked/c HTTP/1.1\r\n${HOST}${WEBSOCKET}\r\n\r\n`,
        501,
      ),
      refused('WebSocket with a body', post(`${WEBSOCKET}\r\nContent-Length: 5`, 'abcde'), 501),
      refused('WebSocket with chunks', post(`${WEBSOCKET}\r\n${CHUNKED}`, ABC), 501),
      refused('WebSocket that `Connection` does not name', get('Upgrade: websocket'), 501),
      refused('`h2c, websocket`', get('Connection: Upgrade\r\nUpgrade: h2c, websocket'), 501),
      last(
        '`h2c`: not taken',
        get('Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk'),
        got('', { upgrade: undefined, 'http2-settings': undefined }),
      ),
      last(
        '`h2c` with a body: not taken',
        post('Connection: Upgrade\r\nUpgrade: h2c\r\nContent-Length: 5', 'abcde'),
        posted('abcde'),
      ),
      last('`TLS/1.0`: not taken', get('Connection: Upgrade\r\nUpgrade: TLS/1.0'), got()),
      refused(
        '`h2c` without the key',
        `GET /locked/c HTTP/1.1\r\n${HOST}Connection: Upgrade\r\nUpgrade: h2c\r\n\r\n`,
        401,
      ),
      refused('`CONNECT h:80`', line('CONNECT h:80 HTTP/1.1'), 501),
      refused('`CONNECT /open/c`', line('CONNECT /open/c HTTP/1.1'), 501),
      refused(
        '`CONNECT` with a body',
        line('CONNECT h:80 HTTP/1.1', 'Content-Length: 5', 'abcde'),
        501,
      ),
    ],
  },
]

/** It is refused, and whatever is sent behind it is part of what was refused. */
function refused(name: string, bytes: string, status = 400): SmugglingCase {
  return { name, bytes, status, isOpenAfter: false }
}

function passed(name: string, bytes: string, seen: Seen): SmugglingCase {
  return { name, bytes, status: 200, isOpenAfter: true, seen }
}

function answered(name: string, bytes: string, status: number, seen?: Seen): SmugglingCase {
  return { name, bytes, status, isOpenAfter: true, ...(seen && { seen }) }
}

/** It is answered as the last one of its connection. */
function last(name: string, bytes: string, seen: Seen): SmugglingCase {
  return { name, bytes, status: 200, isOpenAfter: false, seen }
}

function got(body = '', headers: Seen['headers'] = {}): Seen {
  return { method: 'GET', url: '/c', body, headers }
}

function posted(body: string, headers: Seen['headers'] = {}): Seen {
  return { method: 'POST', url: '/c', body, headers }
}

function get(headers: string, body = ''): string {
  return `GET /open/c HTTP/1.1\r\n${HOST}${headers}\r\n\r\n${body}`
}

function post(headers: string, body: string): string {
  return `POST /open/c HTTP/1.1\r\n${HOST}${headers}\r\n\r\n${body}`
}

function coded(coding: string): string {
  return post(`Transfer-Encoding:${coding}`, ABC)
}

function long(length: string): string {
  return post(`Content-Length:${length}`, 'abcde')
}

function chunks(body: string): string {
  return post(CHUNKED, body)
}

function line(requestLine: string, headers?: string, body = ''): string {
  const more = headers === undefined ? '' : `${headers}\r\n`
  return `${requestLine}\r\n${HOST}${more}\r\n${body}`
}

function hosted(host: string): string {
  return `GET /open/c HTTP/1.1\r\nHost: ${host}\r\n\r\n`
}
