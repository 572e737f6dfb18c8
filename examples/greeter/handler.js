// The classic form: an event and a context in, an answer out.
module.exports = {
  handler(event, context) {
    const { request, response } = event.extensions
    if (request.method !== 'POST') {
      return response.status(405).set('allow', 'POST').json({ error: 'send a POST with a name' })
    }
    const { name } = event.data
    if (typeof name !== 'string') return response.status(400).json({ error: 'name must be text' })
    return { greeting: `Hello, ${name}!`, from: context['function-name'] }
  },
}
