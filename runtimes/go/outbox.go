package shim

import (
	"encoding/binary"
	"net"
	"sync"
	"sync/atomic"
)

// A buffer that a burst has made larger is not kept.
const keptBytesMax = 256 * 1024

// outbox gathers a connection's frames. Whoever adds one pushes: the first to come writes, and goes
// on as long as others have added something meanwhile, so that one write takes what many have queued.
type outbox struct {
	socket net.Conn

	mu      sync.Mutex
	written sync.Cond
	queue   []byte
	spare   []byte
	// queuedBytes and writtenBytes count since the connection began.
	queuedBytes, writtenBytes uint64
	isWriting                 bool
	isBroken                  bool
	isBusy                    atomic.Bool
}

func newOutbox(socket net.Conn) *outbox {
	o := &outbox{socket: socket}
	o.written.L = &o.mu
	return o
}

func (o *outbox) response(id uint32, head, body []byte, isLast bool) {
	o.add(func(to []byte) []byte {
		return appendHeadFrame(to, typeResponse, endFlag(isLast), id, head, body)
	})
}

func (o *outbox) data(id uint32, body []byte, isLast bool) {
	o.frame(typeData, endFlag(isLast), id, body)
}

func (o *outbox) failure(id uint32, kind byte) {
	o.frame(typeFailure, 0, id, []byte{kind})
}

func (o *outbox) credit(id uint32, bytes int) {
	var payload [4]byte
	binary.LittleEndian.PutUint32(payload[:], uint32(bytes))
	o.frame(typeCredit, 0, id, payload[:])
}

func (o *outbox) frame(kind, flags byte, id uint32, payload []byte) {
	o.add(func(to []byte) []byte { return appendFrame(to, kind, flags, id, payload) })
}

func (o *outbox) add(appendTo func([]byte) []byte) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.isBroken {
		return
	}
	before := len(o.queue)
	o.queue = appendTo(o.queue)
	o.queuedBytes += uint64(len(o.queue) - before)
	o.isBusy.Store(true)
}

// push writes what is queued, unless somebody is at it.
func (o *outbox) push() {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.isWriting {
		return
	}
	o.isWriting = true
	for len(o.queue) > 0 && !o.isBroken {
		o.writeOnce()
	}
	o.isWriting = false
	o.isBusy.Store(false)
}

func (o *outbox) writeOnce() {
	out := o.queue
	o.queue = o.spare[:0]
	o.spare = nil
	o.mu.Unlock()
	_, err := o.socket.Write(out)
	o.mu.Lock()
	o.writtenBytes += uint64(len(out))
	if cap(out) <= keptBytesMax {
		o.spare = out
	}
	if err != nil {
		// The gateway is gone: the reader of this connection learns of it and ends its calls.
		o.isBroken = true
		o.queue = nil
	}
	o.written.Broadcast()
}

// flush returns when all that was queued before has left this process.
func (o *outbox) flush() {
	if !o.isBusy.Load() {
		return
	}
	o.push()
	o.mu.Lock()
	defer o.mu.Unlock()
	for target := o.queuedBytes; o.writtenBytes < target && !o.isBroken; {
		o.written.Wait()
	}
}

func endFlag(isLast bool) byte {
	if isLast {
		return flagEnd
	}
	return 0
}
