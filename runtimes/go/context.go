package shim

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"os"
)

// requestContext is the context of a request. Beside what every context has it gives
// Value("request-id"), and Value("stdout") and Value("stderr"): writers whose lines carry that id.
type requestContext struct {
	context.Context
	requestID string
	stdout    lineWriter
	stderr    lineWriter
}

func newRequestContext(parent context.Context, requestID string) *requestContext {
	made := &requestContext{Context: parent, requestID: requestID}
	made.stdout = lineWriter{to: os.Stdout, requestID: requestID}
	made.stderr = lineWriter{to: os.Stderr, requestID: requestID}
	return made
}

func (c *requestContext) Value(key any) any {
	switch key {
	case "request-id":
		return c.requestID
	case "stdout":
		return &c.stdout
	case "stderr":
		return &c.stderr
	default:
		return c.Context.Value(key)
	}
}

// endLines writes lines that were begun and not ended.
func (c *requestContext) endLines() {
	c.stdout.end()
	c.stderr.end()
}

func randomID() string {
	var bytes [16]byte
	if _, err := rand.Read(bytes[:]); err != nil {
		giveUp(err)
	}
	return hex.EncodeToString(bytes[:])
}
