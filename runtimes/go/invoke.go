package shim

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"runtime/debug"
)

// accept takes a new call. Its handler begins with its head, or with the end of its body.
func (i *instance) accept(c *call, body []byte, isLast bool) bool {
	if i.form.web == nil {
		c.onBody = func(c *call) { go i.run(c, i.answerClassic) }
		return c.receive(body, isLast)
	}
	if !c.receive(body, isLast) {
		return false
	}
	go i.run(c, i.answerWeb)
	return true
}

// run answers one call; what its handler does in this goroutine ends no other.
func (i *instance) run(c *call, answer func(*call) error) {
	isDone := false
	defer func() {
		c.isRunning.Store(false)
		i.recovered(c, isDone, recover())
		c.context.endLines()
		c.cancelWith(nil)
	}()
	err := answer(c)
	isDone = true
	switch {
	case err == nil:
	case errors.Is(err, errInvalidJSON):
		c.fail(failureInvalidJSON)
	default:
		isGone := c.over()
		c.fail(failureHandler)
		// That nobody waits any more is no error of the function's.
		if !isGone {
			logError(c.context.requestID, "error: "+err.Error())
		}
	}
}

func (i *instance) recovered(c *call, isDone bool, panicked any) {
	if isDone {
		return
	}
	c.fail(failureHandler)
	switch {
	case panicked == nil:
		logError(c.context.requestID, "error: the handler has ended its goroutine")
	case panicked != http.ErrAbortHandler:
		logError(c.context.requestID, fmt.Sprintf("panic: %v\n%s", panicked, stackOfPanic(debug.Stack())))
	}
}

// stackOfPanic leaves out the frames of this package above the panic.
func stackOfPanic(stack []byte) []byte {
	if at := bytes.LastIndex(stack, []byte("\npanic(")); at >= 0 {
		if _, rest, ok := bytes.Cut(stack[at+1:], []byte{'\n'}); ok {
			_, rest, _ = bytes.Cut(rest, []byte{'\n'})
			stack = rest
		}
	}
	return bytes.TrimRight(stack, "\n")
}

func (i *instance) answerClassic(c *call) error {
	d, err := deliver(c, i.about)
	if err != nil {
		return err
	}
	if !i.begin(c) {
		return nil
	}
	value, err := i.form.classic(d)
	if err != nil {
		stop(value)
		return err
	}
	return settle(d.response, value)
}

func (i *instance) answerWeb(c *call) error {
	r := newResponse(c)
	request := c.head.request().WithContext(c.context)
	request.Body = http.NoBody
	c.mu.Lock()
	isEmpty := c.isBodyComplete && len(c.body) == 0
	if c.isBodyComplete {
		request.ContentLength = int64(len(c.body))
	}
	c.mu.Unlock()
	if !isEmpty {
		request.Body = &bodyStream{call: c}
	}
	if !i.begin(c) {
		return nil
	}
	i.form.web.ServeHTTP(r, request)
	return r.finish()
}

// begin is the moment from which the handler may have effects. False: nobody waits for it any more.
func (i *instance) begin(c *call) bool {
	// Whatever this handler does to the process, the answers that were made before it are safe.
	i.flushAll()
	// In this order: whoever cancels the call meanwhile sees that it runs, or is seen here.
	c.isRunning.Store(true)
	if c.over() {
		return false
	}
	i.marker.begun(c)
	return true
}
