package shim

import (
	"encoding/binary"
	"sync"
	"syscall"
)

const (
	markerFd    = 4
	markerBytes = 4
)

// marker is the file that tells whoever finds this process dead which handlers had begun.
type marker struct {
	mu     sync.Mutex
	isFile bool
}

// isMarkerFile is asked before anything else could open something under that number.
func isMarkerFile() bool {
	var stat syscall.Stat_t
	return syscall.Fstat(markerFd, &stat) == nil && stat.Mode&syscall.S_IFMT == syscall.S_IFREG
}

func (m *marker) reset(threadIndex uint32) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.write(threadIndex, 0)
}

func (m *marker) begun(c *call) {
	m.mu.Lock()
	defer m.mu.Unlock()
	// Ids wrap at 32 bits: newer is a positive difference.
	if int32(c.id-c.connection.begunID) <= 0 {
		return
	}
	c.connection.begunID = c.id
	m.write(c.connection.threadIndex, c.id)
}

func (m *marker) write(threadIndex, id uint32) {
	if !m.isFile {
		return
	}
	var bytes [markerBytes]byte
	binary.LittleEndian.PutUint32(bytes[:], id)
	if _, err := syscall.Pwrite(markerFd, bytes[:], markerBytes*int64(threadIndex)); err != nil {
		// The function has closed it. Without it nobody could tell which requests had begun.
		giveUp(err)
	}
}
