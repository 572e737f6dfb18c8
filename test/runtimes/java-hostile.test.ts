import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { compileJava, javaShim, jdk, WITHOUT_JAVA } from '../helpers/java.ts'
import { ShimProcess } from '../helpers/shim.ts'
import { call, startCall } from '../wire/call.ts'

const CODE = `
import com.sun.net.httpserver.*;
import io.kubeless.Exchange;
import java.io.*;
import java.util.*;
import java.util.concurrent.*;

public class Hostile {
  static final List<byte[]> KEPT = new ArrayList<>();
  static Thread kept;

  public Object handler(HashMap<String, Object> event, HashMap<String, String> context) throws Exception {
    Exchange exchange = (Exchange) ((Map<?, ?>) event.get("extensions")).get("exchange");
    switch (exchange.getRequestURI().getPath()) {
      case "/quick": return "quick";
      case "/wait": Thread.sleep(50); return "waited";
      case "/exit": System.exit(3);
      case "/halt": Runtime.getRuntime().halt(3);
      case "/sleep": System.out.println("sleeping"); Thread.sleep(60_000); return "slept";
      case "/loop": System.out.println("looping"); for (long i = 0; ; i++) if (i == -1) return null;
      case "/stubborn":
        System.out.println("stubborn");
        for (;;) try { Thread.sleep(60_000); } catch (InterruptedException error) { System.out.println("not now"); }
      case "/future": System.out.println("promised"); return promise();
      case "/flag":
        System.out.println("flagged");
        while (!exchange.isCancelled()) Thread.onSpinWait();
        System.out.println("seen"); return null;
      case "/memory": for (;;) KEPT.add(new byte[1024 * 1024]);
      case "/stack": return recurse(0);
      case "/self-interrupt": Thread.currentThread().interrupt(); return "interrupted itself";
      case "/keep": kept = Thread.currentThread(); return "kept";
      case "/disturb": kept.interrupt(); return "disturbed";
      case "/unshowable": throw new RuntimeException() { public String getMessage() { throw new IllegalStateException("again"); } public void printStackTrace(PrintWriter out) { throw new IllegalStateException("again"); } };
      case "/no-stderr": System.setErr(null); throw new IllegalStateException("to no stream");
      case "/thread": Thread thread = new Thread(() -> { throw new IllegalStateException("in a thread"); }); thread.start(); thread.join(); return "too late";
      case "/late-thread": new Thread(() -> { try { Thread.sleep(20); } catch (InterruptedException e) {} System.out.println("after the answer"); }).start(); return "answered";
      case "/deep": Object deep = "x"; for (int i = 0; i < 5000; i++) deep = List.of(deep); return deep;
      case "/error": throw new AssertionError("an error");
      case "/null-header": exchange.getResponseHeaders().put("x-null", null); return "";
      default: return null;
    }
  }

  static int recurse(int depth) { return recurse(depth + 1) + 1; }

  static CompletableFuture<String> promise() {
    CompletableFuture<String> future = new CompletableFuture<>();
    future.whenComplete((value, error) -> System.out.println("future " + error.getClass().getSimpleName()));
    return future;
  }
}
`

const STREAMED = `
import com.sun.net.httpserver.*;
import java.io.*;

public class Streamed {
  public void handler(HttpExchange exchange) throws IOException {
    switch (exchange.getRequestURI().getPath()) {
      case "/echo":
        exchange.sendResponseHeaders(200, 0);
        exchange.getRequestBody().transferTo(exchange.getResponseBody());
        return;
      case "/count":
        long count = 0;
        byte[] piece = new byte[8192];
        for (int n = exchange.getRequestBody().read(piece); n >= 0; n = exchange.getRequestBody().read(piece)) count += n;
        byte[] answer = Long.toString(count).getBytes();
        exchange.sendResponseHeaders(200, answer.length);
        exchange.getResponseBody().write(answer);
        return;
      case "/early":
        byte[] early = "without reading".getBytes();
        exchange.sendResponseHeaders(200, early.length);
        exchange.getResponseBody().write(early);
        return;
      case "/first":
        byte[] first = new byte[5];
        exchange.sendResponseHeaders(200, 0);
        exchange.getResponseBody().write(first, 0, exchange.getRequestBody().read(first));
        exchange.getResponseBody().flush();
        exchange.getRequestBody().readAllBytes();
        return;
      case "/read":
        System.out.println("reading");
        try { exchange.getRequestBody().readAllBytes(); } catch (IOException error) { System.out.println("upload over"); }
        return;
      case "/memory":
        exchange.sendResponseHeaders(200, 0);
        byte[] block = new byte[64 * 1024];
        for (int i = 0; i < 1024; i++) exchange.getResponseBody().write(block);
        return;
      default:
        exchange.sendResponseHeaders(404, -1);
    }
  }
}
`

const MIB = 1024 * 1024
let folder: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lk-java-'))
  if (jdk !== undefined)
    await compileJava(folder, { 'Hostile.java': CODE, 'Streamed.java': STREAMED })
}, 60_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function start(entry = 'Hostile.class', flags?: readonly string[]): Promise<ShimProcess> {
  return ShimProcess.start({ launcher: await javaShim(flags), folder, entry })
}

const withId = (target: string, id: string) => ({ target, headers: { 'latchkey-request-id': id } })

describe.skipIf(jdk === undefined)(`a Java handler that ends the process${WITHOUT_JAVA}`, () => {
  test.each(['/exit', '/halt'])('by %s takes no answer with it that was made', async (end) => {
    await using shim = await start()
    const connection = await shim.connect()
    const made = await Promise.all([1, 2, 3].map(() => call(connection, { target: '/quick' })))
    for (const answer of made) expect(answer.body.toString()).toBe('quick')
    expect((await call(connection, { target: end })).outcome).toBe('lost')
    expect(await shim.exited()).toBe(3)
    expect(shim.begunId()).toBe(4)
  })

  test('by filling the memory says so before it ends', async () => {
    await using shim = await start('Hostile.class', [
      '-Xmx32m',
      '-XX:+ExitOnOutOfMemoryError',
      '-XX:+DisplayVMOutputToStderr',
    ])
    const connection = await shim.connect()
    expect((await call(connection, { target: '/memory' })).outcome).toBe('lost')
    expect((await shim.line('OutOfMemoryError')).stream).toBe('stderr')
    expect(await shim.exited()).toBe(3)
  })
})

describe.skipIf(jdk === undefined)(`the time limit of a Java handler${WITHOUT_JAVA}`, () => {
  test('interrupts the one that sleeps, and the instance goes on', async () => {
    await using shim = await start()
    const connection = await shim.connect()
    const { stream } = startCall(connection, withId('/sleep', 'req_s'))
    await shim.line('req_s\x1fsleeping')
    stream.cancel('timeout')
    expect((await call(connection, { target: '/quick' })).body.toString()).toBe('quick')
  })

  test('asks for a replacement when the handler hangs, and others are answered meanwhile', async () => {
    await using shim = await start()
    const connection = await shim.connect()
    const { stream } = startCall(connection, withId('/loop', 'req_l'))
    await shim.line('req_l\x1flooping')
    stream.cancel('timeout')
    const others = Array.from({ length: 49 }, () => call(connection, { target: '/wait' }))
    expect(await shim.retired()).toContain('goes on after its time is over')
    for (const { outcome } of await Promise.all(others)) expect(outcome).toBe('ended')
    await shim.ping()
  })

  test('asks for a replacement when the handler minds no interrupt', async () => {
    await using shim = await start()
    const { stream } = startCall(await shim.connect(), withId('/stubborn', 'req_st'))
    await shim.line('req_st\x1fstubborn')
    stream.cancel('timeout')
    await shim.line('req_st\x1fnot now')
    await shim.retired()
  })

  test('fails nobody else of fifty, and asks for nothing when all can be interrupted', async () => {
    await using shim = await start()
    const connection = await shim.connect()
    let hasRetired = false
    void shim.retired().then(() => {
      hasRetired = true
    })
    const slow = Array.from({ length: 25 }, (_, i) =>
      startCall(connection, withId('/sleep', `req_${i}x`)),
    )
    for (let i = 0; i < 25; i++) await shim.line(`req_${i}x\x1fsleeping`)
    const others = Array.from({ length: 25 }, () => call(connection, { target: '/wait' }))
    for (const { stream } of slow) stream.cancel('timeout')
    for (const { outcome } of await Promise.all(others)) expect(outcome).toBe('ended')
    // Later than a request to be replaced would have come.
    for (let i = 0; i < 8; i++) await call(connection, { target: '/wait' })
    await shim.ping()
    expect(hasRetired).toBe(false)
  })

  test('cancels the future that a handler has returned', async () => {
    await using shim = await start()
    const { stream } = startCall(await shim.connect(), withId('/future', 'req_f'))
    await shim.line('req_f\x1fpromised')
    stream.cancel('timeout')
    await shim.line('future CancellationException')
  })

  test('is seen by a handler that asks its exchange', async () => {
    await using shim = await start()
    const { stream } = startCall(await shim.connect(), withId('/flag', 'req_g'))
    await shim.line('req_g\x1fflagged')
    stream.cancel('caller-gone')
    await shim.line('req_g\x1fseen')
  })

  test('reaches no request that comes to the same thread later', async () => {
    await using shim = await start()
    const connection = await shim.connect()
    for (let i = 0; i < 20; i++) {
      const { stream } = startCall(connection, { target: '/quick' })
      stream.cancel('timeout')
      expect((await call(connection, { target: '/wait' })).outcome).toBe('ended')
    }
  })
})

describe.skipIf(jdk === undefined)(
  `a Java handler that breaks what it runs in${WITHOUT_JAVA}`,
  () => {
    test.each([
      ['/unshowable', 'handler-error'],
      ['/no-stderr', 'handler-error'],
      ['/stack', 'handler-error'],
      ['/deep', 'handler-error'],
      ['/error', 'handler-error'],
      ['/null-header', 'handler-error'],
      ['/thread', 'handler-error'],
      ['/self-interrupt', 'ended'],
    ])('by %s is answered, and so is the next one', async (target, outcome) => {
      await using shim = await start()
      const connection = await shim.connect()
      expect((await call(connection, { target })).outcome).toBe(outcome)
      for (let i = 0; i < 5; i++)
        expect((await call(connection, { target: '/wait' })).outcome).toBe('ended')
    })

    test('by interrupting the thread of another closes no connection', async () => {
      await using shim = await start()
      const connection = await shim.connect()
      await call(connection, { target: '/keep' })
      const disturbed = await Promise.all([
        call(connection, { target: '/wait' }),
        call(connection, { target: '/disturb' }),
      ])
      expect(disturbed.map(({ outcome }) => outcome)).not.toContain('lost')
      expect((await call(connection, { target: '/quick' })).outcome).toBe('ended')
    })

    test('may leave a thread behind, whose lines are of no request', async () => {
      await using shim = await start()
      const answer = await call(await shim.connect(), withId('/late-thread', 'req_late'))
      expect(answer.body.toString()).toBe('answered')
      expect((await shim.line('after the answer')).text).toBe('after the answer')
    })

    test.each(['{"a":'.repeat(3000), `${'['.repeat(100_000)}`])(
      'is not needed: JSON that is nested too deeply is refused',
      async (body) => {
        await using shim = await start()
        const connection = await shim.connect()
        const headers = { 'content-type': 'application/json' }
        expect((await call(connection, { method: 'POST', body, headers })).outcome).toBe(
          'invalid-json',
        )
      },
    )
  },
)

describe.skipIf(jdk === undefined)(`a Java handler of an exchange alone${WITHOUT_JAVA}`, () => {
  test('begins before its body has ended and answers while it comes', async () => {
    await using shim = await start('Streamed.class')
    const connection = await shim.connect()
    const input = { method: 'POST', target: '/first', isOpen: true }
    const { stream, answer, firstBytes } = startCall(connection, input)
    stream.write(Buffer.from('first'))
    expect((await firstBytes).toString()).toBe('first')
    stream.end()
    expect((await answer).outcome).toBe('ended')
  })

  test('may answer without reading', async () => {
    await using shim = await start('Streamed.class')
    const connection = await shim.connect()
    const body = Buffer.alloc(MIB)
    const answer = await call(connection, { method: 'POST', target: '/early', body })
    expect(answer.body.toString()).toBe('without reading')
    expect((await call(connection, { target: '/absent' })).status).toBe(404)
  })

  test('is told while it reads that the request is over', async () => {
    await using shim = await start('Streamed.class')
    const { stream } = startCall(await shim.connect(), {
      method: 'POST',
      target: '/read',
      isOpen: true,
    })
    await shim.line('reading')
    stream.cancel('caller-gone')
    await shim.line('upload over')
  })

  test('moves bodies larger than its memory in both directions', async () => {
    await using shim = await start('Streamed.class', ['-Xmx16m'])
    const connection = await shim.connect()
    const counted = await call(connection, {
      method: 'POST',
      target: '/count',
      body: Buffer.alloc(64 * MIB),
    })
    expect(counted.body.toString()).toBe(String(64 * MIB))
    expect((await call(connection, { target: '/memory' })).body.length).toBe(64 * MIB)
    const body = Buffer.alloc(3 * MIB, 'ab')
    const echoed = await call(connection, { method: 'POST', target: '/echo', body })
    expect(echoed.body.equals(body)).toBe(true)
  })
})
