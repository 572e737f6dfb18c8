import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { CreateFunctionSerializer } from '../../src/client/types.ts'
import { findLanguages } from '../../src/languages/languages.ts'
import { GO_BUILD_TIMEOUT_MS, seedGoCache } from '../helpers/go.ts'
import { operator, SCOPE } from '../helpers/operator.ts'
import { cleanUp, startServer, type TestServer } from '../helpers/server.ts'

interface Sample {
  readonly family: string
  readonly mainMethod: string
  /** Answers `/hang` never and everything else after a moment; says the last part of the path. */
  readonly code: string
  readonly brokenCode: string
  /** What the build says of {@link brokenCode}. */
  readonly complaint: RegExp
}

const SAMPLES: readonly Sample[] = [
  {
    family: 'nodejs',
    mainMethod: 'handler',
    code: `exports.handler = async ({ extensions: { request } }) => {
      if (request.path === '/hang') await new Promise(() => {})
      await new Promise((resolve) => setTimeout(resolve, 200))
      console.log('served ' + request.path)
      return 'did ' + request.path
    }`,
    brokenCode: 'exports.handler = (event) => {\n  return 1 +\n}\n',
    complaint: /handler\.js:3/,
  },
  {
    family: 'python',
    mainMethod: 'handler',
    code: `import time

def handler(event, context):
    request = event["extensions"].request
    if request.path == "/hang":
        while True:
            pass
    time.sleep(0.2)
    print("served " + request.path)
    return "did " + request.path
`,
    brokenCode: 'def handler(event, context):\n    return 1 +\n',
    complaint: /handler\.py:2/,
  },
  {
    family: 'go',
    mainMethod: 'Handler',
    code: `package kubeless

import (
	"fmt"
	"net/http"
	"time"
)

func Handler(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/hang" {
		for {
		}
	}
	time.Sleep(200 * time.Millisecond)
	fmt.Println("served " + r.URL.Path)
	fmt.Fprint(w, "did "+r.URL.Path)
}
`,
    brokenCode: `package kubeless

func Handler(event map[string]interface{}, context map[string]string) (string, error) {
	return missing, nil
}
`,
    complaint: /handler\.go:4/,
  },
  {
    family: 'java',
    mainMethod: 'Module.handler',
    code: `package io.kubeless;

import com.sun.net.httpserver.HttpExchange;
import java.util.HashMap;
import java.util.Map;

public class Module {
    public String handler(HashMap<String, Object> event, HashMap<String, String> context) throws Exception {
        Map<?, ?> extensions = (Map<?, ?>) event.get("extensions");
        String path = ((HttpExchange) extensions.get("exchange")).getRequestURI().getPath();
        if (path.equals("/hang")) {
            long turns = 0;
            for (;;) turns++;
        }
        Thread.sleep(200);
        System.out.println("served " + path);
        return "did " + path;
    }
}
`,
    brokenCode: `package io.kubeless;

public class Module {
    public String handler(java.util.HashMap<String, Object> event) { return missing; }
}
`,
    complaint: /Module\.java:4/,
  },
]

const here = (await findLanguages()).runtimes()
let server: TestServer
beforeAll(async () => {
  server = await startServer({ env: { LATCHKEY_INSTANCE_CONCURRENCY: '60' } })
  await seedGoCache(server.dataDir)
  await operator(server).makeNamespace()
}, GO_BUILD_TIMEOUT_MS)
afterAll(() => cleanUp(server))

describe.each(SAMPLES)('$family', ({ family, mainMethod, code, brokenCode, complaint }) => {
  const runtime = here[family]?.[0]
  const name = `in-${family}`
  const wish: Partial<CreateFunctionSerializer> = {
    runtime: runtime ?? '',
    main_method: mainMethod,
    flavor: '250mCPU-512MB',
    timeout: 2,
    autoscaling: { min_instances: 0, max_instances: 2 },
  }

  test.skipIf(runtime === undefined)(
    'of fifty requests at once only the one that hangs is cut off (needs the language)',
    async () => {
      const tests = operator(server)
      const { endpoint } = await tests.makeFunction(name, code, wish)
      const headers = { 'x-api-key': await tests.makeKey(name, [name]) }
      const get = async (path: string) => {
        const response = await fetch(endpoint + path, { headers })
        return `${response.status} ${(await response.text()).slice(0, 40)}`
      }
      expect(await get('/first')).toBe('200 did /first')
      const begun = performance.now()
      const hanging = get('/hang')
      const others = Array.from({ length: 49 }, (_, i) => get(`/${i}`))
      expect(await Promise.all(others)).toEqual(others.map((_, i) => `200 did /${i}`))
      expect((await hanging).slice(0, 3)).toBe('504')
      expect(performance.now() - begun).toBeGreaterThan(1900)
      // What hangs costs nobody who comes later either.
      const later = Array.from({ length: 10 }, (_, i) => get(`/later-${i}`))
      expect(await Promise.all(later)).toEqual(later.map((_, i) => `200 did /later-${i}`))
    },
    GO_BUILD_TIMEOUT_MS,
  )

  test.skipIf(runtime === undefined)(
    'what does not compile is told with its line, and what served goes on (needs the language)',
    async () => {
      const { client } = operator(server)
      const at = { namespace: 'tests', name }
      const { tasks } = await client.functions.update(SCOPE, at, { code_text: brokenCode })
      const task = await client.tasks.wait(tasks[0]!, { pollMs: { firstMs: 20, longestMs: 200 } })
      expect(task.state).toBe('ERROR')
      expect(task.error).toMatch(complaint)
      const fn = await client.functions.get(SCOPE, at)
      expect(fn).toMatchObject({ build_status: 'failed' })
      expect(fn.build_message).toMatch(complaint)
    },
  )
})
