// Package notes is a small JSON API; its list lives as long as the instance does.
package notes

import (
	"encoding/json"
	"net/http"
	"strings"
	"sync"
)

type note struct {
	ID   int    `json:"id"`
	Text string `json:"text"`
}

var (
	lock  sync.Mutex
	notes = []note{}
)

// Handler is an ordinary http.HandlerFunc.
func Handler(w http.ResponseWriter, r *http.Request) {
	lock.Lock()
	defer lock.Unlock()
	switch {
	case r.URL.Path != "/notes":
		answer(w, http.StatusNotFound, map[string]string{"error": "There is only /notes."})
	case r.Method == http.MethodGet:
		found := []note{}
		for _, one := range notes {
			if strings.Contains(one.Text, r.URL.Query().Get("like")) {
				found = append(found, one)
			}
		}
		answer(w, http.StatusOK, found)
	case r.Method == http.MethodPost:
		var sent note
		if err := json.NewDecoder(r.Body).Decode(&sent); err != nil || sent.Text == "" {
			answer(w, http.StatusBadRequest, map[string]string{"error": "Send JSON with a text."})
			return
		}
		sent.ID = len(notes) + 1
		notes = append(notes, sent)
		answer(w, http.StatusCreated, sent)
	default:
		answer(w, http.StatusMethodNotAllowed, map[string]string{"error": "Only GET and POST are taken."})
	}
}

func answer(w http.ResponseWriter, status int, value any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(value)
}
