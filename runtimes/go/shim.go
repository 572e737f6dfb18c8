// Package shim turns a Go function into an instance: it is compiled together with the function and
// answers frames until the control channel closes or it is told to stop. ../PROTOCOL.md describes both.
package shim

import (
	"encoding/json"
	"errors"
	"net"
	"os"
)

// assignment is what the process is told to become.
type assignment struct {
	SocketPath string `json:"socketPath"`
	Folder     string `json:"folder"`
	Method     string `json:"method"`
	Function   about  `json:"function"`
}

// Serve never returns. It is called by the generated main with the handler that was compiled under
// the name, and with the payload of ASSIGN, whose variables and folder are in force already.
func Serve(name string, handler any, assigned []byte) {
	hasMarker := isMarkerFile()
	control, err := openControl()
	if err != nil {
		giveUp(err)
	}
	installSlog()
	made, err := become(name, handler, assigned)
	if err != nil {
		control.tell(typeFailed, map[string]any{"message": err.Error()})
	} else {
		made.marker = &marker{isFile: hasMarker}
		made.retire = func(message string) { control.tell(typeRetire, map[string]any{"message": message}) }
		go made.listen()
		control.tell(typeReady, map[string]any{"protocol": protocolVersion})
	}
	control.serve(made)
}

func become(name string, handler any, assigned []byte) (*instance, error) {
	var wanted assignment
	if err := json.Unmarshal(assigned, &wanted); err != nil {
		return nil, errors.New("the assignment is no JSON")
	}
	if wanted.Method != name {
		return nil, errors.New("the function was compiled with the main method " + name + ", not with " + wanted.Method)
	}
	if !isWorkingFolder(wanted.Folder) {
		return nil, errors.New("the function's folder cannot be opened")
	}
	found, err := formOf(name, handler)
	if err != nil {
		return nil, err
	}
	listener, err := net.Listen("unix", wanted.SocketPath)
	if err != nil {
		return nil, errors.New("the instance's socket cannot be opened: " + errors.Unwrap(err).Error())
	}
	return &instance{
		form:        found,
		about:       wanted.Function,
		listener:    listener,
		connections: make(map[*connection]bool),
	}, nil
}

func isWorkingFolder(path string) bool {
	wanted, err := os.Stat(path)
	if err != nil {
		return false
	}
	entered, err := os.Stat(".")
	return err == nil && os.SameFile(wanted, entered)
}
