// Package ids answers with identifiers, as many as are asked for, each on a line as soon as it is made.
package ids

import (
	"fmt"
	"log/slog"
	"net/http"
	"strconv"

	"github.com/google/uuid"
)

const most = 100

var namespace = uuid.NewSHA1(uuid.NameSpaceURL, []byte("https://example.com/ids"))

// Handler is an ordinary http.HandlerFunc; each name gives the same identifier at every call.
func Handler(w http.ResponseWriter, r *http.Request) {
	count, err := strconv.Atoi(r.URL.Query().Get("count"))
	if err != nil || count < 1 || count > most {
		http.Error(w, fmt.Sprintf("count must be a number from 1 to %d", most), http.StatusBadRequest)
		return
	}
	// With the request's context the line carries the request's id.
	slog.InfoContext(r.Context(), "making identifiers", "count", count)
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	for i := range count {
		if r.Context().Err() != nil {
			return
		}
		fmt.Fprintln(w, uuid.NewSHA1(namespace, []byte(strconv.Itoa(i))))
		w.(http.Flusher).Flush()
	}
}
