import { describe, expect, test } from 'vitest'
import { NO_PYTHON, python, startPython } from '../helpers/python.ts'
import { call, startCall } from '../wire/call.ts'

const ASGI = `
import asyncio
import json

started = []

async def app(scope, receive, send):
    if scope["type"] == "lifespan":
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                scope["state"]["made"] = "at start"
                await send({"type": "lifespan.startup.complete"})
            else:
                print("application stopped")
                await send({"type": "lifespan.shutdown.complete"})
                return
    path = scope["path"]
    async def start(status=200, *headers):
        await send({"type": "http.response.start", "status": status, "headers": headers})
    async def body(data, more=False):
        await send({"type": "http.response.body", "body": data, "more_body": more})
    if path == "/scope":
        seen = {k: scope[k] for k in ("type", "method", "path", "scheme", "root_path", "http_version", "client", "server")}
        seen["raw_path"] = scope["raw_path"].decode()
        seen["query_string"] = scope["query_string"].decode()
        seen["headers"] = [[n.decode(), v.decode("latin-1")] for n, v in scope["headers"]]
        seen["made"] = scope["state"]["made"]
        await start(200, (b"content-type", b"application/json"))
        await body(json.dumps(seen).encode())
    elif path == "/echo":
        await start(201, (b"x-a", b"1"), (b"set-cookie", b"a=1"), (b"set-cookie", b"b=2"))
        while True:
            message = await receive()
            await body(message["body"], message["more_body"])
            if not message["more_body"]:
                return
    elif path == "/stream":
        await start()
        for i in range(3):
            await body(b"%d," % i, True)
            await asyncio.sleep(0)
        await body(b"")
    elif path == "/disconnect":
        await receive()
        print("waiting")
        print((await receive())["type"])
    elif path == "/raise":
        raise ValueError("secret reason")
    elif path == "/raise-late":
        await start()
        await body(b"begun,", True)
        raise ValueError("secret reason")
    elif path == "/nothing":
        pass
    elif path == "/bad":
        await start(200, (b"x-bad", b"a\\r\\nb"))
        await body(b"")
    elif path == "/large":
        await start()
        await body(b"x" * 1000000)
    elif path == "/hang":
        try:
            await asyncio.sleep(3600)
        finally:
            print("cancelled")
`

const WSGI = `
import json

def app(environ, start_response):
    path = environ["PATH_INFO"]
    if path == "/environ":
        seen = {k: v for k, v in environ.items() if isinstance(v, str)}
        start_response("200 OK", [("Content-Type", "application/json")])
        return [json.dumps(seen).encode()]
    if path == "/echo":
        data = environ["wsgi.input"].read()
        start_response("201 Created", [("Content-Length", str(len(data))), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")])
        return [data]
    if path == "/stream":
        def chunks():
            start_response("200 OK", [])
            yield b"one,"
            yield b""
            yield b"two"
        return chunks()
    if path == "/write":
        write = start_response("200 OK", [])
        write(b"written,")
        return [b"returned"]
    if path == "/closed":
        class Closing:
            def __iter__(self):
                return iter([b"body"])
            def close(self):
                print("closed")
        start_response("200 OK", [])
        return Closing()
    if path == "/errors":
        print("to the errors", file=environ["wsgi.errors"])
        start_response("204 No Content", [])
        return []
    if path == "/large":
        start_response("200 OK", [])
        return [b"x" * 1000000]
    raise ValueError("secret reason")
`

describe.skipIf(python === undefined)(
  `an ASGI application (${python ? 'python' : NO_PYTHON})`,
  () => {
    const start = () => startPython(ASGI, 'app')

    test('sees the request as its server would show it', async () => {
      await using shim = await start()
      const connection = await shim.connect()
      const answer = await call(connection, {
        method: 'PUT',
        target: '/scope?a=1&b=%20',
        headers: {
          'x-forwarded-proto': 'https',
          'x-forwarded-host': 'api.example.org:8443',
          'x-forwarded-for': '192.0.2.7',
        },
      })
      expect(answer.frames).toBe(1)
      expect(JSON.parse(answer.body.toString())).toMatchObject({
        type: 'http',
        method: 'PUT',
        path: '/scope',
        raw_path: '/scope',
        query_string: 'a=1&b=%20',
        scheme: 'https',
        root_path: '',
        client: ['192.0.2.7', 0],
        server: ['api.example.org', 8443],
        made: 'at start',
      })
    })

    test('reads a body as it comes and answers meanwhile', async () => {
      await using shim = await start()
      const connection = await shim.connect()
      const { stream, answer, firstBytes } = startCall(connection, {
        method: 'POST',
        target: '/echo',
        body: 'one,',
        isOpen: true,
      })
      expect((await firstBytes).toString()).toBe('one,')
      stream.write(Buffer.from('two'))
      stream.end()
      const { status, body, rawHeaders } = await answer
      expect([status, body.toString()]).toEqual([201, 'one,two'])
      expect(rawHeaders).toEqual(['x-a', '1', 'set-cookie', 'a=1', 'set-cookie', 'b=2'])
    })

    test('takes a long body within its credit', async () => {
      await using shim = await start()
      const connection = await shim.connect()
      const body = Buffer.alloc(3 * 1024 * 1024, 'y')
      const answer = await call(connection, { method: 'POST', target: '/echo', body })
      expect(answer.body.equals(body)).toBe(true)
      expect((await call(connection, { target: '/large' })).headers['content-length']).toBe(
        '1000000',
      )
    })

    test.each([
      ['/stream', 'ended', '0,1,2,'],
      ['/raise', 'handler-error', ''],
      ['/raise-late', 'broken-off', 'begun,'],
      ['/nothing', 'handler-error', ''],
      ['/bad', 'handler-error', ''],
    ])('%s is %s', async (target, outcome, body) => {
      await using shim = await start()
      const answer = await call(await shim.connect(), { target })
      expect([answer.outcome, answer.body.toString()]).toEqual([outcome, body])
    })

    test('hears that its caller has gone, and is cancelled when its time is over', async () => {
      await using shim = await start()
      const connection = await shim.connect()
      const gone = startCall(connection, { target: '/disconnect' })
      await shim.line('waiting')
      gone.stream.cancel('caller-gone')
      await shim.line('http.disconnect')
      const late = startCall(connection, { target: '/hang' })
      await connection.ping()
      late.stream.cancel('timeout')
      await shim.line('cancelled')
    })

    test('is started before the first request and told of the end', async () => {
      await using shim = await start()
      expect(await shim.stop()).toBe(0)
      expect(await shim.line('application stopped')).toMatchObject({ stream: 'stdout' })
    })

    test('that cannot start says why', async () => {
      const code = `
async def app(scope, receive, send):
    await receive()
    await send({"type": "lifespan.startup.failed", "message": "no database"})
`
      await expect(startPython(code, 'app')).rejects.toThrow(/no database/)
    })

    test('without a lifespan serves, as an object too', async () => {
      const code = `
class App:
    async def __call__(self, scope, receive, send):
        assert scope["type"] == "http"
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"object"})
app = App()
`
      await using shim = await startPython(code, 'app')
      expect((await call(await shim.connect())).body.toString()).toBe('object')
    })
  },
)

describe.skipIf(python === undefined)(
  `a WSGI application (${python ? 'python' : NO_PYTHON})`,
  () => {
    const start = () => startPython(WSGI, 'app')

    test('sees the request as its server would show it', async () => {
      await using shim = await start()
      const connection = await shim.connect()
      const answer = await call(connection, {
        method: 'POST',
        target: '/environ?a=1',
        body: '{}',
        headers: [
          ['content-type', 'application/json'],
          ['x-list', 'a'],
          ['x-list', 'b'],
          ['host', 'h:1'],
        ],
      })
      expect(answer.frames).toBe(1)
      expect(JSON.parse(answer.body.toString())).toMatchObject({
        REQUEST_METHOD: 'POST',
        PATH_INFO: '/environ',
        QUERY_STRING: 'a=1',
        CONTENT_TYPE: 'application/json',
        CONTENT_LENGTH: '2',
        HTTP_X_LIST: 'a,b',
        SERVER_NAME: 'h',
        SERVER_PORT: '1',
      })
    })

    test('answers whole, in parts, by write and with repeated headers', async () => {
      await using shim = await start()
      const connection = await shim.connect()
      const echo = await call(connection, { method: 'POST', target: '/echo', body: 'words' })
      expect([echo.status, echo.body.toString(), echo.frames]).toEqual([201, 'words', 1])
      expect(echo.rawHeaders.filter((field) => field === 'set-cookie')).toHaveLength(2)
      expect((await call(connection, { target: '/stream' })).body.toString()).toBe('one,two')
      expect((await call(connection, { target: '/write' })).body.toString()).toBe(
        'written,returned',
      )
      expect((await call(connection, { target: '/errors' })).status).toBe(204)
      await shim.line('to the errors')
      expect((await call(connection, { target: '/large' })).body.length).toBe(1_000_000)
      expect((await call(connection, { target: '/raise' })).outcome).toBe('handler-error')
    })

    test('has its iterable closed', async () => {
      await using shim = await start()
      const connection = await shim.connect()
      expect((await call(connection, { target: '/closed' })).body.toString()).toBe('body')
      await shim.line('closed')
    })
  },
)
