import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { compileJava, javaShim, jdk, WITHOUT_JAVA } from '../helpers/java.ts'
import { ShimProcess } from '../helpers/shim.ts'
import { call } from '../wire/call.ts'

const IMPORTS = 'import java.util.*; import com.sun.net.httpserver.*; import io.kubeless.*;'
const ENTRY = 'io/kubeless/Module.class'

/** Title, members of the class, main method, what it answers to a POST of the text `body` at /a?b=c. */
const FORMS: readonly [string, string, string, string][] = [
  [
    'the reference',
    'public String handler(HashMap<String, Object> event, HashMap<String, String> context) { return event.get("data") + " " + context.get("function-name"); }',
    'handler',
    'body probe',
  ],
  [
    'maps as interfaces',
    'public Object handler(Map<String, Object> event, Map<String, String> context) { return List.of(event.get("data"), context.get("timeout")); }',
    'handler',
    '["body","30"]',
  ],
  [
    'a static method',
    'public static String handler(HashMap<String, Object> event, HashMap<String, String> context) { return "static"; }',
    'handler',
    'static',
  ],
  [
    'a method that names its class',
    'public String greet(Map<String, Object> event) { return "named"; }',
    'Module.greet',
    'named',
  ],
  [
    'a method of another class of the package',
    'static class Unused {} } class Other { String greet() { return "other"; }',
    'Other.greet',
    'other',
  ],
  [
    'a method that names its class with the package',
    'public String greet() { return "whole name"; }',
    'io.kubeless.Module.greet',
    'whole name',
  ],
  [
    'the older form',
    'public String handler(io.kubeless.Event event, io.kubeless.Context context) { return event.Data + event.EventID + event.EventType + event.EventNamespace + context.FunctionName + context.Timeout + context.MemoryLimit + (event.EventTime.length() > 10); }',
    'handler',
    'bodyreq_1nullnullprobe30128Mtrue',
  ],
  [
    'an exchange alone',
    'public void handler(HttpExchange exchange) throws Exception { byte[] body = exchange.getRequestBody().readAllBytes(); exchange.sendResponseHeaders(200, body.length); exchange.getResponseBody().write(body); }',
    'handler',
    'body',
  ],
  [
    'an HttpHandler of the JDK',
    'public static class Inner implements HttpHandler { public void handle(HttpExchange exchange) throws java.io.IOException { exchange.sendResponseHeaders(200, 0); try (var out = exchange.getResponseBody()) { out.write("handled".getBytes()); } } }',
    'Module$Inner.handle',
    'handled',
  ],
  ['one that returns nothing', 'public void handler(Map<String, Object> event) {}', 'handler', ''],
  [
    'one with a record',
    'record Point(int x, List<String> names) {} public Object handler(Map<String, Object> event) { return new Point(1, List.of("a")); }',
    'handler',
    '{"x":1,"names":["a"]}',
  ],
  [
    'one that keeps the event for itself alone',
    'public Object handler(HashMap<String, Object> event, HashMap<String, String> context) { event.clear(); context.clear(); return Map.of("left", event.size()); }',
    'handler',
    '{"left":0}',
  ],
  [
    'one that finds its files as resources',
    'public byte[] handler(Map<String, Object> event) throws Exception { return getClass().getResourceAsStream("/word.txt").readAllBytes(); }',
    'handler',
    'beside',
  ],
  [
    'one that loads classes by name',
    'public String handler(Map<String, Object> event) throws Exception { return Thread.currentThread().getContextClassLoader().loadClass("io.kubeless.Module").getSimpleName(); }',
    'handler',
    'Module',
  ],
  [
    'one that reads its environment',
    'public String handler(Map<String, Object> event) { return System.getenv("GREETING") + System.getenv().get("GREETING"); }',
    'handler',
    'ahojahoj',
  ],
]

const folders: string[] = []
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

async function start(members: string, method = 'handler', entry = ENTRY): Promise<ShimProcess> {
  const folder = mkdtempSync(join(tmpdir(), 'lk-java-'))
  folders.push(folder)
  const text = `package io.kubeless;\n${IMPORTS}\npublic class Module {\n${members}\n}\n`
  await compileJava(folder, { 'io/kubeless/Module.java': text, 'word.txt': 'beside' })
  const launcher = await javaShim()
  return ShimProcess.start({ launcher, folder, entry, method, envs: { GREETING: 'ahoj' } })
}

describe.skipIf(jdk === undefined)(`a Java function may be written as${WITHOUT_JAVA}`, () => {
  test.each(FORMS)('%s', async (_title, members, method, body) => {
    await using shim = await start(members, method)
    const answer = await call(await shim.connect(), {
      method: 'POST',
      target: '/a?b=c',
      headers: { 'content-type': 'text/plain', 'latchkey-request-id': 'req_1' },
      body: 'body',
    })
    expect(answer).toMatchObject({ outcome: 'ended', status: 200 })
    expect(answer.body.toString()).toBe(body)
    expect(shim.lines).toEqual([])
  })
})

describe.skipIf(jdk === undefined)(`a Java function that cannot serve says${WITHOUT_JAVA}`, () => {
  test.each([
    [
      'which methods there are',
      'public void a() {} public void b() {}',
      'handler',
      /has no method "handler"; it has a, b/,
    ],
    [
      'that a class is not there',
      'public void a() {}',
      'Missing.a',
      /no class "Missing", which the main method names/,
    ],
    [
      'what its parameters should be',
      'public void handler(int a) {}',
      'handler',
      /takes parameters that no handler is given/,
    ],
    [
      'what its constructor threw',
      'public Module() { throw new IllegalStateException("no database"); } public void handler() {}',
      'handler',
      /IllegalStateException: no database/,
    ],
    [
      'what its class threw',
      'static { if (true) throw new IllegalStateException("no settings"); } public void handler() {}',
      'handler',
      /IllegalStateException: no settings/,
    ],
    [
      'that it cannot be made',
      'public Module(int a) {} public void handler() {}',
      'handler',
      /no constructor without parameters/,
    ],
  ])('%s, without the paths of the server', async (_title, members, method, message) => {
    const started = start(members, method)
    await expect(started).rejects.toThrow(message)
    await expect(started).rejects.not.toThrow(/lk-java-|lk-shim-/)
  })
})
