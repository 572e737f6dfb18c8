// Package stream writes lines; each leaves when it is flushed: curl -N shows them as they come.
package stream

import (
	"fmt"
	"net/http"
	"strconv"
	"time"
)

// Handler ends early when the caller goes.
func Handler(w http.ResponseWriter, r *http.Request) {
	count, err := strconv.Atoi(r.URL.Query().Get("count"))
	if err != nil {
		count = 5
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	for i := 1; i <= count && r.Context().Err() == nil; i++ {
		fmt.Fprintf(w, "line %d\n", i)
		w.(http.Flusher).Flush()
		time.Sleep(200 * time.Millisecond)
	}
}
