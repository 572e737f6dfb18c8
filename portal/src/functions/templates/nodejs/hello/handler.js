// Called for every request. What is returned is the answer: text, an object (JSON), bytes or a stream.
module.exports = {
  handler(event, context) {
    const { query } = event.extensions.request
    return { hello: query.name ?? 'you', from: context['function-name'] }
  },
}
