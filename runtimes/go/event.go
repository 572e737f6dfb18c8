package shim

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/kubeless/kubeless/pkg/functions"
)

const timeFormat = "2006-01-02T15:04:05.000Z07:00"

var errInvalidJSON = errors.New("the body is not the JSON that it says it is")

// about is what ASSIGN tells of the function.
type about struct {
	Name           string  `json:"name"`
	Runtime        string  `json:"runtime"`
	TimeoutSeconds float64 `json:"timeoutSeconds"`
	MemoryLimitMb  float64 `json:"memoryLimitMb"`
}

func (a about) timeout() string     { return strconv.FormatFloat(a.TimeoutSeconds, 'f', -1, 64) }
func (a about) memoryLimit() string { return strconv.FormatFloat(a.MemoryLimitMb, 'f', -1, 64) + "M" }

// delivery is what a classic handler is called with, whichever form it has.
type delivery struct {
	call     *call
	about    about
	data     any
	text     []byte
	request  *http.Request
	response *response
}

// deliver reads a whole body. Its error is errInvalidJSON.
func deliver(c *call, fn about) (*delivery, error) {
	body := c.body
	d := &delivery{call: c, about: fn, text: body, response: newResponse(c)}
	d.request = c.head.request().WithContext(c.context)
	d.request.Body = io.NopCloser(bytes.NewReader(body))
	d.request.ContentLength = int64(len(body))
	var err error
	d.data, err = dataOf(body, d.request.Header.Get(contentType))
	return d, err
}

func (d *delivery) mapEvent() map[string]any {
	extensions := map[string]any{
		"request":  d.request,
		"response": http.ResponseWriter(d.response),
		"context":  context.Context(d.call.context),
	}
	return map[string]any{
		"data":            d.data,
		"event-id":        d.eventID(),
		"event-type":      d.request.Header.Get("Event-Type"),
		"event-time":      d.eventTime(),
		"event-namespace": d.request.Header.Get("Event-Namespace"),
		"extension":       extensions,
		"extensions":      extensions,
	}
}

func (d *delivery) mapContext() map[string]string {
	return map[string]string{
		"function-name": d.about.Name,
		"timeout":       d.about.timeout(),
		"runtime":       d.about.Runtime,
		"memory-limit":  d.about.memoryLimit(),
	}
}

func (d *delivery) event() functions.Event {
	return functions.Event{
		Data:           string(d.text),
		EventID:        d.eventID(),
		EventType:      d.request.Header.Get("Event-Type"),
		EventTime:      d.eventTime(),
		EventNamespace: d.request.Header.Get("Event-Namespace"),
		Extensions:     functions.Extension{Request: d.request, Response: d.response, Context: d.call.context},
	}
}

func (d *delivery) functionContext() functions.Context {
	return functions.Context{
		FunctionName: d.about.Name,
		Timeout:      d.about.timeout(),
		Runtime:      d.about.Runtime,
		MemoryLimit:  d.about.memoryLimit(),
	}
}

func (d *delivery) eventID() string {
	if id := d.request.Header.Get("Event-Id"); id != "" {
		return id
	}
	if id := d.call.context.requestID; id != "" {
		return id
	}
	return randomID()
}

func (d *delivery) eventTime() string {
	if given := d.request.Header.Get("Event-Time"); given != "" {
		return given
	}
	return time.Now().UTC().Format(timeFormat)
}

// dataOf is the body by its content type; without a body it is the empty text.
func dataOf(body []byte, header string) (any, error) {
	if len(body) == 0 {
		return "", nil
	}
	mediaType, _, _ := strings.Cut(header, ";")
	mediaType = strings.ToLower(strings.TrimSpace(mediaType))
	switch {
	case mediaType == "application/json" || strings.HasSuffix(mediaType, "+json"):
		var value any
		if json.Unmarshal(bytes.TrimPrefix(body, []byte("\ufeff")), &value) != nil {
			return nil, errInvalidJSON
		}
		return value, nil
	case strings.HasPrefix(mediaType, "text/"):
		// What is wrong with the parameters leaves the text without a charset.
		_, parameters, _ := mime.ParseMediaType(header)
		return textOf(body, parameters["charset"]), nil
	default:
		return body, nil
	}
}
