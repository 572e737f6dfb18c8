package shim

import (
	"io"
	"net/http"
)

// bodyStream is a request's body as it comes. Reading grants the gateway new credit.
type bodyStream struct {
	call     *call
	isClosed bool
}

func (b *bodyStream) Read(into []byte) (int, error) {
	c := b.call
	c.mu.Lock()
	if b.isClosed {
		c.mu.Unlock()
		return 0, http.ErrBodyReadAfterClose
	}
	for c.bodyAt == len(c.body) && !c.isBodyComplete && !c.isOver {
		c.changed.Wait()
	}
	if c.bodyAt == len(c.body) {
		isComplete := c.isBodyComplete
		c.mu.Unlock()
		if isComplete {
			return 0, io.EOF
		}
		return 0, c.whyOver()
	}
	n := copy(into, c.body[c.bodyAt:])
	c.bodyAt += n
	credit := c.consumed(n)
	c.mu.Unlock()
	c.sendCredit(credit)
	return n, nil
}

func (b *bodyStream) Close() error {
	b.call.mu.Lock()
	defer b.call.mu.Unlock()
	b.isClosed = true
	return nil
}
