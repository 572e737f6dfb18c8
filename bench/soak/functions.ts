/** The functions of the soak, by name: each answers in a way that its callers can check to the byte. */
export const FUNCTIONS: Readonly<Record<string, string>> = {
  hello: helloCode(1),
  echo: `
    const { createHash } = require('node:crypto')
    exports.handler = (event) => {
      const body = event.extensions.request.rawBody
      return body.length + ' ' + createHash('sha256').update(body).digest('hex')
    }`,
  stream: `
    exports.handler = async (event) => {
      const { response } = event.extensions
      for (let i = 0; i < 20; i++) {
        response.write('x'.repeat(1000))
        await new Promise((resolve) => setTimeout(resolve, 5))
      }
      response.end()
    }`,
  slow: `
    exports.handler = async () => {
      await new Promise((resolve) => setTimeout(resolve, 300))
      return 'slept'
    }`,
  wild: `
    // In a sandbox its own id is another one.
    process.title = 'wild-' + require('node:crypto').randomUUID()
    exports.handler = (event) => {
      const path = event.extensions.request.path
      if (path === '/title') return process.title
      if (path === '/exit') process.exit(1)
      if (path === '/throw') throw new Error('wanted')
      if (path === '/loop') for (;;);
      if (path === '/fill') { const kept = []; for (;;) kept.push(new Array(1e5).fill(Math.random())) }
      return 'calm'
    }`,
}

/** What is deployed again and again: the answer says which version gave it. */
export function helloCode(version: number): string {
  return `exports.handler = () => 'hello from version ${version}'`
}
