// Package assigned waits for the function's variables and folder and puts them in force while
// packages are still being initialized. It imports next to nothing and its path sorts before
// others, so Go initializes it before the function's own packages: what they read from the
// environment when they begin is there.
package assigned

import (
	"syscall"

	"a.latchkey.local/shim/assignment"
)

const (
	controlFd   = 3
	headerBytes = 10
	bytesMax    = 2 * 1024 * 1024

	typePing   = 8
	typePong   = 9
	typeAssign = 16
)

// Payload is the JSON of the ASSIGN frame.
var Payload []byte

func init() {
	// A program that the function starts must not hold the engine's channels open.
	syscall.CloseOnExec(controlFd)
	syscall.CloseOnExec(controlFd + 1)
	if err := syscall.SetNonblock(controlFd, false); err != nil {
		complain("This program is a function of Latchkey's and runs only when Latchkey starts it.\n")
		syscall.Exit(2)
	}
	for Payload == nil {
		readFrame()
	}
	for _, pair := range assignment.Variables(Payload) {
		// A name that the system refuses could not have been set by anybody.
		_ = syscall.Setenv(pair[0], pair[1])
	}
	// What is wrong with the folder is said by whoever opens something in it.
	_ = syscall.Chdir(assignment.Member(Payload, "folder"))
}

func readFrame() {
	header := read(headerBytes)
	length := uint32(header[0]) | uint32(header[1])<<8 | uint32(header[2])<<16 | uint32(header[3])<<24
	if length > bytesMax {
		syscall.Exit(1)
	}
	payload := read(int(length))
	switch header[4] {
	case typeAssign:
		Payload = payload
	case typePing:
		pong := [headerBytes]byte{4: typePong}
		// The engine is gone, or wants this process gone: reading says so.
		_, _ = syscall.Write(controlFd, pong[:])
	default:
		// STOP, before there is anything to stop.
		syscall.Exit(0)
	}
}

func read(bytes int) []byte {
	all := make([]byte, bytes)
	for at := 0; at < bytes; {
		n, err := syscall.Read(controlFd, all[at:])
		if err == syscall.EINTR {
			continue
		}
		if err != nil || n <= 0 {
			syscall.Exit(0)
		}
		at += n
	}
	return all
}

func complain(text string) {
	// Nowhere is left to say that this could not be said.
	_, _ = syscall.Write(2, []byte(text))
}
