// Package functions holds the types of the older signature, func(functions.Event, functions.Context)
// (string, error), under the path and with the fields that such code was written for. It stands in
// for the module of that name, so that nothing has to be downloaded.
package functions

import (
	"context"
	"net/http"
)

// Event is what a handler is called for.
type Event struct {
	// Data is the body as it came.
	Data           string
	EventID        string
	EventType      string
	EventTime      string
	EventNamespace string
	Extensions     Extension
}

// Extension is the request itself and the response to it.
type Extension struct {
	Request  *http.Request
	Response http.ResponseWriter
	// Context is cancelled when the time is over or the caller has gone; context.Cause tells which.
	Context context.Context
}

// Context tells about the function.
type Context struct {
	FunctionName string
	// Timeout is in seconds.
	Timeout string
	Runtime string
	// MemoryLimit is in megabytes, as in "128M".
	MemoryLimit string
}
