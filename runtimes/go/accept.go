package shim

import (
	"fmt"
	"io"
	"net/http"

	"github.com/kubeless/kubeless/pkg/functions"
)

// form is a handler of either kind; one of its fields is set.
type form struct {
	// classic gets the body whole and returns its answer.
	classic func(*delivery) (any, error)
	// web reads and writes streams.
	web http.Handler
}

const accepted = `the accepted ones are
	func(event map[string]interface{}, context map[string]string) (string, error)
	func(event functions.Event, context functions.Context) (string, error)
	func(w http.ResponseWriter, r *http.Request)
	an http.Handler, func() http.Handler or func() (http.Handler, error)
where the first two may also return any, []byte or io.Reader in place of string, with or without the error, or an error alone`

// formOf finds out how the function's handler is written.
func formOf(name string, handler any) (form, error) {
	switch h := handler.(type) {
	case func(http.ResponseWriter, *http.Request):
		return form{web: http.HandlerFunc(h)}, nil
	case http.Handler:
		return form{web: h}, nil
	case func() http.Handler:
		return webForm(name, h())
	case func() *http.ServeMux:
		return webForm(name, h())
	case func() (http.Handler, error):
		made, err := h()
		if err != nil {
			return form{}, fmt.Errorf("%s gives no http.Handler: %w", name, err)
		}
		return webForm(name, made)
	}
	if run := runOf[map[string]any, map[string]string](handler); run != nil {
		return form{classic: func(d *delivery) (any, error) { return run(d.mapEvent(), d.mapContext()) }}, nil
	}
	if run := runOf[functions.Event, functions.Context](handler); run != nil {
		return form{classic: func(d *delivery) (any, error) { return run(d.event(), d.functionContext()) }}, nil
	}
	return form{}, fmt.Errorf("%s is a %T, which is no signature of a handler; %s", name, handler, accepted)
}

func webForm(name string, made http.Handler) (form, error) {
	if made == nil {
		return form{}, fmt.Errorf("%s gives no http.Handler", name)
	}
	return form{web: made}, nil
}

// runOf is the handler with its result in the one form that all have; nil for any other function.
func runOf[E, C any](handler any) func(E, C) (any, error) {
	switch h := handler.(type) {
	case func(E, C) (string, error):
		return func(e E, c C) (any, error) { return h(e, c) }
	case func(E, C) (any, error):
		return h
	case func(E, C) ([]byte, error):
		return func(e E, c C) (any, error) { return h(e, c) }
	case func(E, C) (io.Reader, error):
		return func(e E, c C) (any, error) { return h(e, c) }
	case func(E, C) (io.ReadCloser, error):
		return func(e E, c C) (any, error) { return h(e, c) }
	case func(E, C) (map[string]any, error):
		return func(e E, c C) (any, error) { return h(e, c) }
	case func(E, C) error:
		return func(e E, c C) (any, error) { return nil, h(e, c) }
	case func(E, C) string:
		return func(e E, c C) (any, error) { return h(e, c), nil }
	case func(E, C) any:
		return func(e E, c C) (any, error) { return h(e, c), nil }
	case func(E, C) []byte:
		return func(e E, c C) (any, error) { return h(e, c), nil }
	case func(E, C) io.Reader:
		return func(e E, c C) (any, error) { return h(e, c), nil }
	case func(E, C):
		return func(e E, c C) (any, error) { h(e, c); return nil, nil }
	default:
		return nil
	}
}
