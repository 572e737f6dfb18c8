import { HELLO } from './hello.ts'

/** The same two functions in each language, as its users write them. */
export interface LanguageSample {
  /** Of the runtimes: `python`. */
  readonly family: string
  /** What the page calls it. */
  readonly title: string
  readonly mainMethod: string
  /** Answers {@link HELLO}. */
  readonly hello: string
  /** Answers how often this instance was called. */
  readonly counting: string
  /** {@link hello} with a use of what {@link dependencies} brings. */
  readonly withDependency: string
  readonly dependencies: string
}

const text = JSON.stringify(HELLO)

export const LANGUAGE_SAMPLES: readonly LanguageSample[] = [
  {
    family: 'nodejs',
    title: 'Node',
    mainMethod: 'handler',
    hello: `module.exports = { handler: () => ${text} }\n`,
    counting: `let calls = 0
module.exports = { handler: () => { calls += 1; return String(calls) } }
`,
    withDependency: `const slugify = require('slugify')
module.exports = { handler: () => slugify('a b') && ${text} }
`,
    dependencies: '{"dependencies": {"slugify": "1.6.6"}}',
  },
  {
    family: 'python',
    title: 'Python',
    mainMethod: 'handler',
    hello: `def handler(event, context):
    return ${text}
`,
    counting: `calls = 0

def handler(event, context):
    global calls
    calls += 1
    return str(calls)
`,
    withDependency: `from slugify import slugify

def handler(event, context):
    return slugify("a b") and ${text}
`,
    dependencies: 'python-slugify==8.0.4\n',
  },
  {
    family: 'go',
    title: 'Go',
    mainMethod: 'Handler',
    hello: `package kubeless

func Handler(event map[string]interface{}, context map[string]string) (string, error) {
	return ${text}, nil
}
`,
    counting: `package kubeless

import (
	"strconv"
	"sync/atomic"
)

var calls atomic.Int64

func Handler(event map[string]interface{}, context map[string]string) (string, error) {
	return strconv.FormatInt(calls.Add(1), 10), nil
}
`,
    withDependency: `package kubeless

import "github.com/google/uuid"

func Handler(event map[string]interface{}, context map[string]string) (string, error) {
	uuid.NewString()
	return ${text}, nil
}
`,
    dependencies: `module function

require github.com/google/uuid v1.6.0
`,
  },
  {
    family: 'java',
    title: 'Java',
    mainMethod: 'Module.handler',
    hello: javaModule(`return ${text};`),
    counting: javaModule(
      'return String.valueOf(calls.incrementAndGet());',
      'private static final java.util.concurrent.atomic.AtomicLong calls = new java.util.concurrent.atomic.AtomicLong();',
    ),
    withDependency: javaModule(
      `return org.apache.commons.lang3.StringUtils.isBlank("a") ? "" : ${text};`,
    ),
    dependencies: `<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>bench</groupId>
  <artifactId>function</artifactId>
  <version>1</version>
  <dependencies>
    <dependency>
      <groupId>org.apache.commons</groupId>
      <artifactId>commons-lang3</artifactId>
      <version>3.14.0</version>
    </dependency>
  </dependencies>
</project>
`,
  },
]

function javaModule(body: string, field = ''): string {
  return `package io.kubeless;

import java.util.HashMap;

public class Module {
    ${field}

    public String handler(HashMap<String, Object> event, HashMap<String, String> context) {
        ${body}
    }
}
`
}
