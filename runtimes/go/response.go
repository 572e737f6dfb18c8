package shim

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
)

// So much waits for the handler's end or its Flush: an answer that is not longer gets a length and
// goes in one frame.
const bufferBytesMax = 16 * 1024

const contentType = "Content-Type"

var errLength = errors.New("the body is not as long as the Content-Length that was set")

// response is the http.ResponseWriter of one call. Like that of net/http it is for one goroutine at a time.
type response struct {
	call   *call
	header http.Header
	// status is 0 until the handler has written.
	status   int
	buffer   []byte
	written  int64
	declared int64
	// isWritten: the handler has written to the body, or has sent the head.
	isWritten  bool
	isHeadSent bool
	isEnded    bool
	isHead     bool
	// isPlain: the content type is not guessed from the body.
	isPlain bool
	// failure is why the head could not be sent.
	failure error
}

func newResponse(c *call) *response {
	return &response{call: c, header: make(http.Header), declared: -1, isHead: c.head.method == "HEAD"}
}

func (r *response) Header() http.Header { return r.header }

// WriteHeader panics on a status that is none. Interim ones are not sent.
func (r *response) WriteHeader(status int) {
	if status >= 100 && status < 200 || r.status != 0 {
		return
	}
	if status < 200 || status > 599 {
		panic(fmt.Sprintf("%d is not a response status from 200 to 599", status))
	}
	r.status = status
}

func (r *response) Write(piece []byte) (int, error) {
	if err := r.begin(); err != nil {
		return 0, err
	}
	if r.status == http.StatusNoContent || r.status == http.StatusNotModified {
		return 0, http.ErrBodyNotAllowed
	}
	r.written += int64(len(piece))
	if r.declared >= 0 && r.written > r.declared {
		return 0, http.ErrContentLength
	}
	if r.isHead {
		return len(piece), nil
	}
	if len(r.buffer)+len(piece) <= bufferBytesMax {
		r.buffer = append(r.buffer, piece...)
		return len(piece), nil
	}
	if err := r.sendBuffer(); err != nil {
		return 0, err
	}
	if err := r.send(piece, false); err != nil {
		return 0, err
	}
	return len(piece), nil
}

func (r *response) WriteString(piece string) (int, error) { return r.Write([]byte(piece)) }

// Flush sends what has been written, and the head in any case.
func (r *response) Flush() {
	// What cannot be sent is told by the next Write, and at the end.
	_ = r.FlushError()
}

// FlushError is what http.ResponseController calls.
func (r *response) FlushError() error {
	if err := r.begin(); err != nil {
		return err
	}
	if len(r.buffer) == 0 && !r.isHeadSent {
		return r.send(nil, false)
	}
	return r.sendBuffer()
}

// EnableFullDuplex has nothing to do: a body can be read while the answer is written.
func (r *response) EnableFullDuplex() error { return nil }

func (r *response) begin() error {
	if r.failure != nil {
		return r.failure
	}
	if r.isEnded {
		return errEnded
	}
	if r.status == 0 {
		r.status = http.StatusOK
	}
	if !r.isWritten {
		r.isWritten = true
		r.declared = lengthOf(r.header)
	}
	return nil
}

func (r *response) sendBuffer() error {
	if len(r.buffer) == 0 {
		return nil
	}
	err := r.send(r.buffer, false)
	r.buffer = r.buffer[:0]
	return err
}

// finish ends what was written.
func (r *response) finish() error {
	if err := r.begin(); err != nil {
		return err
	}
	if r.declared >= 0 && r.written != r.declared && !r.hasNoBody() {
		return errLength
	}
	if !r.isHeadSent && r.declared < 0 && (r.written > 0 || !r.hasNoBody()) {
		r.declared = r.written
	}
	return r.send(r.buffer, true)
}

// answer ends the response with a whole body.
func (r *response) answer(body []byte) error {
	if err := r.begin(); err != nil {
		return err
	}
	r.isPlain = true
	// Under HEAD without a body the handler's own word counts: it is the length of what GET would answer.
	if len(body) > 0 || !r.hasNoBody() {
		r.declared = int64(len(body))
	}
	if r.hasNoBody() {
		body = nil
	}
	return r.send(body, true)
}

func (r *response) hasNoBody() bool {
	return r.isHead || r.status == http.StatusNoContent || r.status == http.StatusNotModified
}

func (r *response) send(piece []byte, isLast bool) error {
	var head []byte
	if !r.isHeadSent {
		var err error
		if head, err = r.encodeHead(piece); err != nil {
			r.failure = err
			return err
		}
		r.isHeadSent = true
	}
	r.isEnded = isLast
	return r.call.send(head, piece, isLast)
}

func (r *response) encodeHead(piece []byte) ([]byte, error) {
	if _, isSet := r.header[contentType]; !isSet && len(piece) > 0 && !r.isPlain {
		if r.header.Get("Content-Encoding") == "" {
			r.header.Set(contentType, http.DetectContentType(piece))
		}
	}
	head, err := appendHeaders(strconv.AppendInt(nil, int64(r.status), 10), r.header)
	if err != nil {
		return nil, err
	}
	if r.declared >= 0 && r.status != http.StatusNoContent {
		head = append(head, "\ncontent-length\n"...)
		head = strconv.AppendInt(head, r.declared, 10)
	}
	if len(head) > headBytesMax {
		return nil, fmt.Errorf("the response headers have more than %d bytes", headBytesMax)
	}
	return head, nil
}

// lengthOf is what the handler has declared; -1 when it has not, or nothing that is a length.
func lengthOf(header http.Header) int64 {
	length, err := strconv.ParseInt(strings.TrimSpace(header.Get("Content-Length")), 10, 64)
	if err != nil || length < 0 {
		return -1
	}
	return length
}
