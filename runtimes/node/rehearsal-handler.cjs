module.exports = { handler: () => '' }
