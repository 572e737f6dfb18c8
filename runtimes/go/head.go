package shim

import (
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// head is a request's: method, target, then names and values in turn. Names are in lower case.
type head struct {
	method, target string
	fields         string
}

const requestIDName = "latchkey-request-id"

func cutFields(text string) head {
	method, rest, _ := strings.Cut(text, "\n")
	target, fields, _ := strings.Cut(rest, "\n")
	return head{method, target, fields}
}

// each calls back with every header until that returns false.
func (h head) each(onHeader func(name, value string) bool) {
	for rest, isMore := h.fields, h.fields != ""; isMore; {
		var name, value string
		name, rest, _ = strings.Cut(rest, "\n")
		value, rest, isMore = strings.Cut(rest, "\n")
		if !onHeader(name, value) {
			return
		}
	}
}

// value is the first one of a header; empty without it.
func (h head) value(wanted string) (found string) {
	h.each(func(name, value string) bool {
		if name != wanted {
			return true
		}
		found = value
		return false
	})
	return found
}

func (h head) requestID() string { return h.value(requestIDName) }

// request is the head as net/http shows one.
func (h head) request() *http.Request {
	request := &http.Request{
		Method:        h.method,
		URL:           h.url(),
		RequestURI:    h.target,
		Proto:         "HTTP/1.1",
		ProtoMajor:    1,
		ProtoMinor:    1,
		Header:        h.headers(),
		ContentLength: -1,
	}
	request.Host = request.Header.Get("X-Forwarded-Host")
	if request.Host == "" {
		request.Host = request.Header.Get("Host")
	}
	request.Header.Del("Host")
	if address := request.Header.Get("X-Forwarded-For"); address != "" {
		// The port is not told.
		request.RemoteAddr = net.JoinHostPort(address, "0")
	}
	if length, err := strconv.ParseInt(request.Header.Get("Content-Length"), 10, 64); err == nil {
		request.ContentLength = length
	}
	return request
}

// headers has all values in one array, as most names have one.
func (h head) headers() http.Header {
	count := (strings.Count(h.fields, "\n") + 1) / 2
	headers := make(http.Header, count)
	values := make([]string, 0, count)
	h.each(func(name, value string) bool {
		key := http.CanonicalHeaderKey(name)
		if earlier, ok := headers[key]; ok {
			headers[key] = append(earlier, value)
			return true
		}
		values = append(values, value)
		headers[key] = values[len(values)-1 : len(values) : len(values)]
		return true
	})
	return headers
}

// url takes what cannot be parsed as it is: every path reaches the handler.
func (h head) url() *url.URL {
	if parsed, err := url.ParseRequestURI(h.target); err == nil {
		return parsed
	}
	path, query, _ := strings.Cut(h.target, "?")
	return &url.URL{Path: path, RawQuery: query}
}
