// A package of the registry, named in package.json; it is installed once, when the function is built.
import slugify from 'slugify'

export default {
  fetch(request) {
    const title = new URL(request.url).searchParams.get('title') ?? 'An Untitled Page'
    return Response.json({ slug: slugify(title, { lower: true, strict: true }) })
  },
}
