package shim

import (
	"net"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// A handler whose time is over has so long to end by itself.
const graceAfterTimeout = 250 * time.Millisecond

// instance is the function, listening for gateway threads.
type instance struct {
	form     form
	about    about
	listener net.Listener
	marker   *marker
	// retire asks the engine to replace this process.
	retire     func(message string)
	hasRetired atomic.Bool

	mu          sync.Mutex
	connections map[*connection]bool
	isStopping  atomic.Bool
}

// listen accepts gateway threads until the instance is stopped.
func (i *instance) listen() {
	for {
		socket, err := i.listener.Accept()
		if err != nil {
			if !i.isStopping.Load() {
				// The function has closed it: no gateway thread could come any more.
				giveUp(err)
			}
			return
		}
		made := newConnection(i, socket)
		i.mu.Lock()
		i.connections[made] = true
		i.mu.Unlock()
		go made.serve()
	}
}

// stop finishes what is in flight, then ends the process.
func (i *instance) stop() {
	if !i.isStopping.CompareAndSwap(false, true) {
		return
	}
	i.listener.Close()
	i.onEnded()
}

// onEnded is called whenever a call or a connection has ended.
func (i *instance) onEnded() {
	if !i.isStopping.Load() {
		return
	}
	for _, one := range i.all() {
		if one.inFlight() > 0 {
			return
		}
	}
	i.flushAll()
	os.Exit(0)
}

func (i *instance) forget(c *connection) {
	i.mu.Lock()
	delete(i.connections, c)
	i.mu.Unlock()
	i.onEnded()
}

func (i *instance) flushAll() {
	for _, one := range i.all() {
		one.out.flush()
	}
}

func (i *instance) all() []*connection {
	i.mu.Lock()
	defer i.mu.Unlock()
	all := make([]*connection, 0, len(i.connections))
	for one := range i.connections {
		all = append(all, one)
	}
	return all
}

// watch follows a handler whose time is over. A goroutine cannot be ended from outside, so one that
// does not heed its context costs the process its place.
func (i *instance) watch(c *call) {
	if !c.isRunning.Load() {
		return
	}
	time.AfterFunc(graceAfterTimeout, func() {
		if c.isRunning.Load() && i.hasRetired.CompareAndSwap(false, true) {
			i.retire("A handler goes on although its time is over and its context is cancelled.")
		}
	})
}
