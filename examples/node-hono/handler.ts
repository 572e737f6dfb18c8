// A Hono app as it is: it answers a Request with a Response, which is all that a function has to do.
import { Hono } from 'hono'
import { cors } from 'hono/cors'
import { HTTPException } from 'hono/http-exception'

const app = new Hono<{ Bindings: { GREETING?: string } }>()
const visits = new Map<string, number>()

app.use('*', cors())

app.get('/hello/:name', (c) => {
  const name = c.req.param('name')
  visits.set(name, (visits.get(name) ?? 0) + 1)
  return c.json({ greeting: `${c.env.GREETING ?? 'Hello'}, ${name}!`, visits: visits.get(name) })
})

app.post('/sum', async (c) => {
  const numbers: unknown = await c.req.json()
  if (!Array.isArray(numbers)) throw new HTTPException(400, { message: 'send a list of numbers' })
  return c.json({ sum: numbers.reduce((sum: number, n) => sum + Number(n), 0) })
})

export default app
