package shim

import (
	"bytes"
	"io"
	"os"
	"sync"
)

// A line that is longer goes in pieces, so that one without an end takes no memory.
const lineBytesMax = 64 * 1024

// lineWriter gives each line the id of its request and writes it at once.
type lineWriter struct {
	to        io.Writer
	requestID string
	mu        sync.Mutex
	line      []byte
}

func (w *lineWriter) Write(text []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.line = append(w.line, text...)
	end := bytes.LastIndexByte(w.line, '\n') + 1
	if end == 0 && len(w.line) < lineBytesMax {
		return len(text), nil
	}
	if end == 0 {
		w.line = append(w.line, '\n')
		end = len(w.line)
	}
	_, err := w.to.Write(prefixed(w.requestID, w.line[:end]))
	w.line = append(w.line[:0], w.line[end:]...)
	return len(text), err
}

func (w *lineWriter) end() {
	w.mu.Lock()
	isBegun := len(w.line) > 0
	w.mu.Unlock()
	if isBegun {
		// Nowhere is left to say that a line could not be written.
		_, _ = w.Write([]byte{'\n'})
	}
}

// prefixed puts the request's id before each of whole lines.
func prefixed(requestID string, lines []byte) []byte {
	if requestID == "" {
		return lines
	}
	prefix := []byte("\x1e" + requestID + "\x1f")
	var all []byte
	for _, line := range bytes.SplitAfter(lines, []byte{'\n'}) {
		if len(line) > 0 {
			all = append(append(all, prefix...), line...)
		}
	}
	return all
}

func logError(requestID, text string) {
	// As above.
	_, _ = os.Stderr.Write(prefixed(requestID, []byte(text+"\n")))
}

// giveUp ends a process that cannot serve any more: that is what gets it replaced.
func giveUp(err error) {
	logError("", err.Error())
	os.Exit(1)
}
