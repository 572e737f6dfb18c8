import { describe, expect, test } from 'vitest'
import { NO_PYTHON, python, startPython } from '../helpers/python.ts'
import { call, startCall } from '../wire/call.ts'

const CODE = `
import asyncio, os, signal, sys, threading, time

def sleep(event): time.sleep(0.3); return "slept"
def hang(event):
    print("hanging")
    time.sleep(3600)
# A function of its own: Python 3.11 and 3.12 leave out the finally around the end of a loop.
def spin():
    while True: sum(range(100))
def loop(event):
    print("looping")
    try: spin()
    except Exception:
        pass
    finally:
        print("loop ended")
def stubborn(event):
    print("stubborn")
    while True:
        try:
            while True: time.sleep(0.001)
        except BaseException: pass
def cooperative(event):
    print("cooperative")
    event.extension.request.disconnected.wait()
    time.sleep(0.02)
    print("tidied")
async def co_hang():
    print("hanging")
    try: await asyncio.sleep(3600)
    finally: print("cancelled")
async def co_stubborn():
    print("hanging")
    while True:
        try: await asyncio.sleep(3600)
        except asyncio.CancelledError: pass
def close_marker(event): os.close(4); return "closed"
def no_stderr(event):
    sys.stderr.write = None
    raise ValueError("x")
class Unshowable(Exception):
    def __str__(self): raise ValueError("again")
    __repr__ = __str__
def unshowable(event): raise Unshowable()
def recurse(event): return recurse(event)
class Endless:
    def __repr__(self): return repr(self)
def recurse_in_c(event): return repr(Endless())
def thread_dies(event):
    t = threading.Thread(target=lambda: 1 / 0)
    t.start(); t.join()
    return "outlived"
def thread_exit(event):
    import _thread
    _thread.exit()
def close_stdout(event):
    sys.stdout.close()
    return "closed"
acts = {
    "/quick": lambda event: "quick", "/sleep": sleep, "/hang": hang, "/loop": loop, "/stubborn": stubborn,
    "/cooperative": cooperative, "/co-hang": lambda event: co_hang(), "/co-stubborn": lambda event: co_stubborn(),
    "/exit": lambda event: sys.exit(3), "/quit": lambda event: exit(), "/os-exit": lambda event: os._exit(3),
    "/kill": lambda event: os.kill(os.getpid(), signal.SIGKILL), "/interrupt": lambda event: (_ for _ in ()).throw(KeyboardInterrupt()),
    "/close-marker": close_marker, "/no-stderr": no_stderr, "/unshowable": unshowable, "/recurse": recurse, "/recurse-in-c": recurse_in_c,
    "/thread-dies": thread_dies, "/thread-exit": thread_exit, "/close-stdout": close_stdout,
    "/stop-iteration": lambda event: next(iter(())),
}
def handler(event, context):
    return acts[event.extension.request.path](event)

async def on_loop(event, context):
    path = event.extension.request.path
    if path == "/block": print("hanging"); time.sleep(3600)
    value = acts[path](event)
    return await value if asyncio.iscoroutine(value) else value
`

const start = (method?: string) => startPython(CODE, method)

describe.skipIf(python === undefined)(`time (${python ? 'python' : NO_PYTHON})`, () => {
  test('a thread that sleeps past its time is reported, and fifty others are served', async () => {
    await using shim = await start()
    const connection = await shim.connect()
    const late = startCall(connection, { target: '/hang' })
    await shim.line('hanging')
    const others = Array.from({ length: 50 }, () => call(connection, { target: '/sleep' }))
    late.stream.cancel('timeout')
    expect(await shim.retired()).toContain('did not end')
    for (const { body } of await Promise.all(others)) expect(body.toString()).toBe('slept')
    await shim.ping()
    await connection.ping()
  })

  test('fifty that sleep are begun at once', async () => {
    await using shim = await start()
    const connection = await shim.connect()
    await Promise.all(Array.from({ length: 40 }, () => call(connection, { target: '/quick' })))
    const startedAt = performance.now()
    const all = Array.from({ length: 50 }, () => call(connection, { target: '/sleep' }))
    for (const { body } of await Promise.all(all)) expect(body.toString()).toBe('slept')
    // One after the other they would take 15 seconds.
    expect(performance.now() - startedAt).toBeLessThan(5000)
  })

  test('an endless loop is ended by an exception, and the instance goes on', async () => {
    await using shim = await start()
    const connection = await shim.connect()
    const late = startCall(connection, { target: '/loop' })
    await shim.line('looping')
    expect((await call(connection, { target: '/quick' })).body.toString()).toBe('quick')
    late.stream.cancel('timeout')
    await shim.line('loop ended')
    const isRetired = await Promise.race([
      shim.retired(),
      new Promise<false>((resolve) => setTimeout(resolve, 400, false)),
    ])
    expect(isRetired).toBe(false)
  })

  test.each(['/stubborn', '/co-stubborn'])('%s, which ignores it, is reported', async (target) => {
    await using shim = await start()
    const connection = await shim.connect()
    const late = startCall(connection, { target })
    await shim.line(target === '/stubborn' ? 'stubborn' : 'hanging')
    late.stream.cancel('timeout')
    await shim.retired()
    expect((await call(connection, { target: '/quick' })).body.toString()).toBe('quick')
  })

  test('a handler that looks at `disconnected` may tidy up', async () => {
    await using shim = await start()
    const connection = await shim.connect()
    const late = startCall(connection, { target: '/cooperative' })
    await shim.line('cooperative')
    late.stream.cancel('timeout')
    await shim.line('tidied')
  })

  test.each(['handler', 'on_loop'])('a coroutine is cancelled (%s)', async (method) => {
    await using shim = await start(method)
    const connection = await shim.connect()
    const late = startCall(connection, { target: '/co-hang' })
    await shim.line('hanging')
    late.stream.cancel('timeout')
    await shim.line('cancelled')
    expect((await call(connection, { target: '/quick' })).body.toString()).toBe('quick')
  })

  test('a coroutine that ignores it is reported', async () => {
    await using shim = await start('on_loop')
    const connection = await shim.connect()
    const late = startCall(connection, { target: '/co-stubborn' })
    await shim.line('hanging')
    late.stream.cancel('timeout')
    await shim.retired()
  })

  test('a loop that is blocked answers no ping', async () => {
    await using shim = await start('on_loop')
    const connection = await shim.connect()
    startCall(connection, { target: '/block' })
    await shim.line('hanging')
    const answered = await Promise.race([
      connection.ping().then(
        () => true,
        () => false,
      ),
      new Promise<false>((resolve) => setTimeout(resolve, 300, false)),
    ])
    expect(answered).toBe(false)
  })
})

describe.skipIf(python === undefined)(`hostile handlers (${python ? 'python' : NO_PYTHON})`, () => {
  test.each([
    '/exit',
    '/quit',
    '/interrupt',
    '/no-stderr',
    '/unshowable',
    '/recurse',
    '/recurse-in-c',
    '/thread-exit',
    '/stop-iteration',
  ])('%s fails its own request only', async (target) => {
    for (const method of ['handler', 'on_loop']) {
      await using shim = await start(method)
      const connection = await shim.connect()
      expect((await call(connection, { target })).outcome).toBe('handler-error')
      expect((await call(connection, { target: '/quick' })).outcome).toBe('ended')
    }
  })

  test.each(['/thread-dies', '/close-stdout', '/close-marker'])(
    '%s hurts nobody',
    async (target) => {
      await using shim = await start()
      const connection = await shim.connect()
      expect((await call(connection, { target })).outcome).toBe('ended')
      expect((await call(connection, { target: '/quick' })).outcome).toBe('ended')
    },
  )

  test.each(['/os-exit', '/kill'])(
    '%s takes no answer with it that was made before',
    async (end) => {
      await using shim = await start()
      const connection = await shim.connect()
      const before = await Promise.all(
        ['/quick', '/quick', '/quick', '/quick'].map((target) => call(connection, { target })),
      )
      const fatal = call(connection, { target: end })
      for (const answer of before) expect(answer.outcome).toBe('ended')
      expect((await fatal).outcome).toBe('lost')
      await shim.exited()
      expect(shim.begunId()).toBe(5)
    },
  )
})
