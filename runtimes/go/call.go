package shim

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
)

// What context.Cause of a cancelled request's context says.
var (
	errTimeout    = &cause{"The time limit of the function is over.", context.DeadlineExceeded}
	errCallerGone = &cause{"The caller has gone.", context.Canceled}
	errEnded      = errors.New("the request has ended")
)

type cause struct {
	text string
	kind error
}

func (c *cause) Error() string { return c.text }
func (c *cause) Unwrap() error { return c.kind }

// call is one request in this process: its body as it comes, its answer as it goes, and the credits
// of both. It knows nothing of handlers.
type call struct {
	connection *connection
	id         uint32
	head       head
	context    *requestContext
	cancelWith context.CancelCauseFunc
	// onBody is called once, when the body is whole; nil where the handler reads it as a stream.
	onBody func(*call)
	// isRunning is true while the handler runs, whether or not somebody waits for its answer.
	isRunning atomic.Bool

	mu      sync.Mutex
	changed sync.Cond
	// isOver: nothing more is sent. The answer has ended or failed, or the caller has gone.
	isOver         bool
	hasSentHead    bool
	body           []byte
	bodyAt         int
	isBodyComplete bool
	ungranted      int
	sendable       int
}

func newCall(c *connection, id uint32, text string) *call {
	made := &call{connection: c, id: id, head: cutFields(text), sendable: windowBytes}
	made.changed.L = &made.mu
	plain, cancel := context.WithCancelCause(context.Background())
	made.context = newRequestContext(plain, made.head.requestID())
	made.cancelWith = cancel
	return made
}

// receive takes a piece of the body; false when there is more of it than there is credit for.
func (c *call) receive(piece []byte, isLast bool) bool {
	c.mu.Lock()
	if c.isOver || c.isBodyComplete {
		c.mu.Unlock()
		return true
	}
	c.keep(piece)
	c.isBodyComplete = isLast
	onBody := c.onBody
	credit := 0
	if onBody != nil {
		// A handler that is given its body whole has consumed each piece as it comes.
		credit = c.consumed(len(piece))
	} else if len(c.body)-c.bodyAt > windowBytes {
		c.mu.Unlock()
		return false
	}
	c.changed.Broadcast()
	c.mu.Unlock()
	c.sendCredit(credit)
	if isLast && onBody != nil {
		onBody(c)
	}
	return true
}

func (c *call) keep(piece []byte) {
	if c.bodyAt == len(c.body) {
		c.body, c.bodyAt = c.body[:0], 0
	} else if c.bodyAt > windowBytes {
		c.body = c.body[:copy(c.body, c.body[c.bodyAt:])]
		c.bodyAt = 0
	}
	c.body = append(c.body, piece...)
}

// consumed returns the credit that is to be sent, if any.
func (c *call) consumed(bytes int) int {
	c.ungranted += bytes
	if c.ungranted < grantBytes || c.isBodyComplete || c.isOver {
		return 0
	}
	credit := c.ungranted
	c.ungranted = 0
	return credit
}

func (c *call) sendCredit(bytes int) {
	if bytes > 0 {
		c.connection.out.credit(c.id, bytes)
		c.connection.out.push()
	}
}

// grant takes credit; false when that is more than the window.
func (c *call) grant(bytes uint32) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if uint64(c.sendable)+uint64(bytes) > windowBytes {
		return c.isOver
	}
	c.sendable += int(bytes)
	c.changed.Broadcast()
	return true
}

// send gives a piece of the answer to the gateway and waits where there is no credit for it. The
// head goes before the first. An error says why nothing more can be sent.
func (c *call) send(head, piece []byte, isLast bool) error {
	for {
		c.mu.Lock()
		for c.sendable == 0 && len(piece) > 0 && !c.isOver {
			c.changed.Wait()
		}
		if c.isOver {
			c.mu.Unlock()
			return c.whyOver()
		}
		part := piece[:least(len(piece), c.sendable, dataBytesMax)]
		piece = piece[len(part):]
		c.sendable -= len(part)
		isEnd := isLast && len(piece) == 0
		if c.hasSentHead {
			c.connection.out.data(c.id, part, isEnd)
		} else {
			c.connection.out.response(c.id, head, part, isEnd)
			c.hasSentHead = true
		}
		c.isOver = isEnd
		c.mu.Unlock()
		c.connection.out.push()
		if isEnd {
			c.end()
		}
		if len(piece) == 0 {
			return nil
		}
	}
}

// fail ends the request without an answer, or in the middle of it.
func (c *call) fail(kind byte) {
	c.mu.Lock()
	if c.isOver {
		c.mu.Unlock()
		return
	}
	if c.hasSentHead {
		kind = failureBrokenOff
	}
	c.connection.out.failure(c.id, kind)
	c.isOver = true
	c.mu.Unlock()
	c.connection.out.push()
	c.end()
}

func (c *call) cancel(reason byte) {
	c.mu.Lock()
	if c.isOver {
		c.mu.Unlock()
		return
	}
	c.isOver = true
	c.mu.Unlock()
	if reason == cancelTimeout {
		c.cancelWith(errTimeout)
		c.connection.instance.watch(c)
	} else {
		c.cancelWith(errCallerGone)
	}
	c.end()
}

// end wakes whoever waits for this request. isOver is set by then.
func (c *call) end() {
	c.mu.Lock()
	c.changed.Broadcast()
	c.mu.Unlock()
	c.connection.forget(c)
}

func (c *call) over() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.isOver
}

func (c *call) whyOver() error {
	if why := context.Cause(c.context); why != nil {
		return why
	}
	return errEnded
}

func least(first int, others ...int) int {
	for _, other := range others {
		if other < first {
			first = other
		}
	}
	return first
}
