// Package ids gives a name the same identifier at every call.
package ids

import (
	"fmt"
	"net/http"

	"github.com/google/uuid"
)

// Handler is an ordinary http.HandlerFunc; go.mod names the module that it needs.
func Handler(w http.ResponseWriter, r *http.Request) {
	name := r.URL.Query().Get("name")
	fmt.Fprintln(w, uuid.NewSHA1(uuid.NameSpaceDNS, []byte(name)))
}
