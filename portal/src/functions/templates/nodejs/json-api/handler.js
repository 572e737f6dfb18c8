// The Web form: a Request in, a Response out. Lists kept here live as long as the instance does.
const notes = []

export default {
  async fetch(request) {
    const { pathname, searchParams } = new URL(request.url)
    if (pathname !== '/notes') return refusal(404, 'There is only /notes.')
    switch (request.method) {
      case 'GET': {
        const wanted = searchParams.get('like') ?? ''
        return Response.json(notes.filter(({ text }) => text.includes(wanted)))
      }
      case 'POST': {
        const { text } = await request.json()
        if (typeof text !== 'string') return refusal(400, 'Send JSON with a text.')
        const note = { id: notes.length + 1, text }
        notes.push(note)
        return Response.json(note, { status: 201 })
      }
      default:
        return refusal(405, 'Only GET and POST are taken.')
    }
  },
}

function refusal(status, error) {
  return Response.json({ error }, { status })
}
