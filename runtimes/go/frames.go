package shim

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
)

// The numbers of the frame protocol as ../PROTOCOL.md has them.
const (
	protocolVersion        = 1
	headerBytes            = 10
	payloadBytesMax        = 256 * 1024
	controlPayloadBytesMax = 2 * 1024 * 1024
	headBytesMax           = 128 * 1024
	dataBytesMax           = 64 * 1024
	windowBytes            = 256 * 1024
	grantBytes             = windowBytes / 2

	flagEnd = 1
)

const (
	typeHello    = 1
	typeRequest  = 2
	typeResponse = 3
	typeData     = 4
	typeCredit   = 5
	typeCancel   = 6
	typeFailure  = 7
	typePing     = 8
	typePong     = 9
	typeAssign   = 16
	typeReady    = 17
	typeFailed   = 18
	typeStop     = 19
	typeRetire   = 20
)

const (
	cancelTimeout    = 1
	cancelCallerGone = 2

	failureHandler     = 1
	failureInvalidJSON = 2
	failureBrokenOff   = 3
)

const readBufferBytes = 32 * 1024

var errTooLong = errors.New("a frame is longer than it may be")

type frame struct {
	kind, flags byte
	id          uint32
	// payload is valid until the next frame is read.
	payload []byte
}

func (f frame) isLast() bool { return f.flags&flagEnd != 0 }

// frameReader cuts a byte stream into frames. A payload is never collected before its length was
// checked.
type frameReader struct {
	source     *bufio.Reader
	payloadMax int
	taken      int
	long       []byte
}

func newFrameReader(source io.Reader, payloadMax int) *frameReader {
	return &frameReader{source: bufio.NewReaderSize(source, readBufferBytes), payloadMax: payloadMax}
}

func (r *frameReader) next() (frame, error) {
	// What Peek has given is read for good only now, when its user is done with it.
	if _, err := r.source.Discard(r.taken); err != nil {
		return frame{}, err
	}
	r.taken = 0
	header, err := r.source.Peek(headerBytes)
	if err != nil {
		return frame{}, err
	}
	length := int(binary.LittleEndian.Uint32(header))
	if length > r.payloadMax {
		return frame{}, errTooLong
	}
	f := frame{kind: header[4], flags: header[5], id: binary.LittleEndian.Uint32(header[6:])}
	if headerBytes+length <= readBufferBytes {
		whole, err := r.source.Peek(headerBytes + length)
		if err != nil {
			return frame{}, err
		}
		r.taken = len(whole)
		f.payload = whole[headerBytes:]
		return f, nil
	}
	if _, err := r.source.Discard(headerBytes); err != nil {
		return frame{}, err
	}
	if cap(r.long) < length {
		r.long = make([]byte, length)
	}
	f.payload = r.long[:length]
	_, err = io.ReadFull(r.source, f.payload)
	return f, err
}

func appendHeader(to []byte, payloadBytes int, kind, flags byte, id uint32) []byte {
	to = binary.LittleEndian.AppendUint32(to, uint32(payloadBytes))
	to = append(to, kind, flags)
	return binary.LittleEndian.AppendUint32(to, id)
}

func appendFrame(to []byte, kind, flags byte, id uint32, payload []byte) []byte {
	return append(appendHeader(to, len(payload), kind, flags, id), payload...)
}

// appendHeadFrame writes a REQUEST or RESPONSE: u32 head length, the head, the first body bytes.
func appendHeadFrame(to []byte, kind, flags byte, id uint32, head, body []byte) []byte {
	to = appendHeader(to, 4+len(head)+len(body), kind, flags, id)
	to = binary.LittleEndian.AppendUint32(to, uint32(len(head)))
	return append(append(to, head...), body...)
}

// cutHead splits the payload of a REQUEST; false when its head's length is not true.
func cutHead(payload []byte) (head, body []byte, ok bool) {
	if len(payload) < 4 {
		return nil, nil, false
	}
	length := binary.LittleEndian.Uint32(payload)
	if length > headBytesMax || int(length) > len(payload)-4 {
		return nil, nil, false
	}
	return payload[4 : 4+length], payload[4+length:], true
}
