package shim

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"iter"
)

const (
	textType  = "text/plain; charset=utf-8"
	jsonType  = "application/json; charset=utf-8"
	bytesType = "application/octet-stream"

	readBytes = 32 * 1024
)

// settle sends what a classic handler returned. See ../PROTOCOL.md for the table.
func settle(r *response, value any) error {
	if r.isWritten {
		// The handler has answered by way of the response.
		stop(value)
		return r.finish()
	}
	switch v := value.(type) {
	case nil:
		return r.answer(nil)
	case string:
		return answerAs(r, textType, []byte(v))
	case []byte:
		return answerAs(r, bytesType, v)
	case io.Reader:
		return sendReader(r, v)
	case iter.Seq[string]:
		return sendPieces(r, v)
	case iter.Seq[[]byte]:
		return sendPieces(r, v)
	case func(func(string) bool):
		return sendPieces(r, v)
	case func(func([]byte) bool):
		return sendPieces(r, v)
	default:
		text, err := jsonOf(value)
		if err != nil {
			return err
		}
		return answerAs(r, jsonType, text)
	}
}

func answerAs(r *response, mediaType string, body []byte) error {
	if _, isSet := r.header[contentType]; !isSet {
		r.header.Set(contentType, mediaType)
	}
	return r.answer(body)
}

// jsonOf leaves <, > and & as they are, which json.Marshal would escape for HTML.
func jsonOf(value any) ([]byte, error) {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(text.Bytes(), []byte{'\n'}), nil
}

// sendReader sends what a reader gives as it comes.
func sendReader(r *response, source io.Reader) (err error) {
	defer stop(source)
	if err := beginStream(r); err != nil {
		return err
	}
	if r.hasNoBody() {
		return r.send(nil, true)
	}
	buffer := make([]byte, readBytes)
	for {
		n, err := source.Read(buffer)
		if n > 0 {
			if _, err := r.sendPiece(buffer[:n]); err != nil {
				return err
			}
		}
		if err == io.EOF {
			return r.finish()
		}
		if err != nil {
			return err
		}
	}
}

func sendPieces[T string | []byte](r *response, pieces func(func(T) bool)) (err error) {
	if err := beginStream(r); err != nil {
		return err
	}
	if r.hasNoBody() {
		return r.send(nil, true)
	}
	pieces(func(piece T) bool {
		_, err = r.sendPiece([]byte(piece))
		return err == nil
	})
	if err != nil {
		return err
	}
	return r.finish()
}

func beginStream(r *response) error {
	r.isPlain = true
	return r.begin()
}

// sendPiece is Write followed by Flush.
func (r *response) sendPiece(piece []byte) (int, error) {
	r.written += int64(len(piece))
	if r.declared >= 0 && r.written > r.declared {
		return 0, errLength
	}
	if len(piece) == 0 {
		return 0, nil
	}
	return len(piece), r.send(piece, false)
}

// stop lets go of a stream that nobody reads any more.
func stop(value any) {
	if closer, ok := value.(io.Closer); ok {
		if err := closer.Close(); err != nil {
			logError("", fmt.Sprintf("closing what the handler returned: %v", err))
		}
	}
}
