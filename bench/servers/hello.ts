/** What every function that is compared answers, with status 200. */
export const HELLO = 'Hello, world!\n'

/** The function as an operator would give it to Latchkey. */
export const HELLO_CODE = `module.exports = { handler: () => ${JSON.stringify(HELLO)} }\n`

/** Answers how often this instance was called: `1` proves that it was started for the request. */
export const COUNTING_CODE = `let calls = 0
module.exports = { handler: () => { calls += 1; return String(calls) } }
`
