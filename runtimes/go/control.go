package shim

import (
	"encoding/json"
	"net"
	"os"
	"sync"
)

const controlFd = 3

// controlChannel is the engine's end of what it tells this process.
type controlChannel struct {
	socket net.Conn
	mu     sync.Mutex
}

func openControl() (*controlChannel, error) {
	file := os.NewFile(controlFd, "control")
	defer file.Close()
	socket, err := net.FileConn(file)
	if err != nil {
		return nil, err
	}
	return &controlChannel{socket: socket}, nil
}

func (c *controlChannel) tell(kind byte, message map[string]any) {
	payload, err := json.Marshal(message)
	if err != nil {
		giveUp(err)
	}
	c.write(appendFrame(nil, kind, 0, 0, payload))
}

func (c *controlChannel) write(frame []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, err := c.socket.Write(frame); err != nil {
		// The engine is gone.
		os.Exit(0)
	}
}

// serve ends the process when the channel closes.
func (c *controlChannel) serve(made *instance) {
	frames := newFrameReader(c.socket, controlPayloadBytesMax)
	for {
		f, err := frames.next()
		switch {
		case err != nil:
			os.Exit(0)
		case f.kind == typePing:
			c.write(appendFrame(nil, typePong, 0, 0, nil))
		case f.kind == typeStop && made != nil:
			made.stop()
		case f.kind == typeStop:
			os.Exit(0)
		default:
			os.Exit(1)
		}
	}
}
