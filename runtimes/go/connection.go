package shim

import (
	"encoding/binary"
	"net"
	"sync"
)

// connection is one gateway thread's socket.
type connection struct {
	instance    *instance
	socket      net.Conn
	out         *outbox
	threadIndex uint32
	// begunID is the newest call whose handler was begun; the marker's lock guards it.
	begunID uint32

	mu    sync.Mutex
	calls map[uint32]*call
}

func newConnection(owner *instance, socket net.Conn) *connection {
	return &connection{
		instance: owner,
		socket:   socket,
		out:      newOutbox(socket),
		calls:    make(map[uint32]*call),
	}
}

// serve reads until the gateway goes or breaks a rule.
func (c *connection) serve() {
	frames := newFrameReader(c.socket, payloadBytesMax)
	for {
		f, err := frames.next()
		if err != nil || !c.onFrame(f) {
			break
		}
	}
	c.socket.Close()
	for _, live := range c.live() {
		live.cancel(cancelCallerGone)
	}
	c.instance.forget(c)
}

func (c *connection) onFrame(f frame) bool {
	switch f.kind {
	case typeRequest:
		return c.onRequest(f)
	case typeData:
		if live := c.find(f.id); live != nil {
			return live.receive(f.payload, f.isLast())
		}
		return true
	case typeCredit:
		if len(f.payload) != 4 {
			return false
		}
		if live := c.find(f.id); live != nil {
			return live.grant(binary.LittleEndian.Uint32(f.payload))
		}
		return true
	case typeCancel:
		if len(f.payload) != 1 {
			return false
		}
		if live := c.find(f.id); live != nil {
			live.cancel(f.payload[0])
		}
		return true
	case typePing:
		c.out.frame(typePong, 0, 0, nil)
		c.out.push()
		return true
	case typeHello:
		if len(f.payload) != 8 {
			return false
		}
		c.threadIndex = binary.LittleEndian.Uint32(f.payload)
		c.instance.marker.reset(c.threadIndex)
		return true
	default:
		return false
	}
}

func (c *connection) onRequest(f frame) bool {
	head, body, ok := cutHead(f.payload)
	if !ok {
		return false
	}
	made := newCall(c, f.id, string(head))
	c.mu.Lock()
	c.calls[f.id] = made
	c.mu.Unlock()
	return c.instance.accept(made, body, f.isLast())
}

func (c *connection) find(id uint32) *call {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.calls[id]
}

func (c *connection) forget(ended *call) {
	c.mu.Lock()
	if c.calls[ended.id] == ended {
		delete(c.calls, ended.id)
	}
	c.mu.Unlock()
	c.instance.onEnded()
}

func (c *connection) live() []*call {
	c.mu.Lock()
	defer c.mu.Unlock()
	all := make([]*call, 0, len(c.calls))
	for _, one := range c.calls {
		all = append(all, one)
	}
	return all
}

func (c *connection) inFlight() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.calls)
}
