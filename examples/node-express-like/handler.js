// The request and the response that a classic handler finds in its event are shaped like those of Express.
const { Readable } = require('node:stream')

const notes = new Map([['first', { text: 'Notes live as long as the instance.' }]])

module.exports = {
  handler(event, context) {
    const { request, response } = event.extensions
    const [, collection, id] = request.path.split('/')
    if (collection !== 'notes') return response.status(404).json({ error: 'there are only /notes' })
    if (id === 'export.csv') return exportNotes(response)
    switch (request.method) {
      case 'GET':
        return id === undefined ? list(request, response, context) : show(id, response)
      case 'PUT':
        return put(id, event.data, response)
      default:
        return response.set('allow', 'GET, PUT').sendStatus(405)
    }
  },
}

function list(request, response, context) {
  const wanted = request.query.like ?? ''
  const found = [...notes].filter(([, note]) => note.text.includes(wanted))
  response.set('x-listed-by', context['function-name'])
  if (request.get('Accept') === 'text/plain') {
    return response.type('txt').send(found.map(([id]) => `${id}\n`).join(''))
  }
  return response.json(Object.fromEntries(found))
}

function show(id, response) {
  const note = notes.get(id)
  return note === undefined ? response.sendStatus(404) : response.json(note)
}

function put(id, data, response) {
  if (typeof data.text !== 'string') return response.status(400).json({ error: 'send a text' })
  const isNew = !notes.has(id)
  notes.set(id, { text: data.text })
  return response.status(isNew ? 201 : 200).json({ id, text: data.text })
}

/** Sent line by line: the response is a stream. */
function exportNotes(response) {
  response.type('csv')
  const lines = [...notes].map(([id, { text }]) => `${id},${JSON.stringify(text)}\n`)
  Readable.from(lines).pipe(response)
}
