package shim

import (
	"context"
	"fmt"
	"log"
	"log/slog"
	"os"
	"sync"
)

// installSlog lets what is logged with a request's context carry its id. A function that has set a
// logger of its own keeps it.
func installSlog() {
	if fmt.Sprintf("%T", slog.Default().Handler()) != "*slog.defaultHandler" {
		return
	}
	to, flags, prefix := log.Writer(), log.Flags(), log.Prefix()
	sink := &requestSink{}
	slog.SetDefault(slog.New(&requestHandler{slog.NewTextHandler(sink, nil), sink}))
	// SetDefault has sent the log package the same way; its lines stay as they are.
	log.SetOutput(to)
	log.SetFlags(flags)
	log.SetPrefix(prefix)
}

// requestHandler tells the sink below a slog.TextHandler whose record comes next.
type requestHandler struct {
	slog.Handler
	sink *requestSink
}

func (h *requestHandler) Handle(ctx context.Context, record slog.Record) error {
	h.sink.mu.Lock()
	defer h.sink.mu.Unlock()
	h.sink.requestID, _ = ctx.Value("request-id").(string)
	return h.Handler.Handle(ctx, record)
}

func (h *requestHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return &requestHandler{h.Handler.WithAttrs(attrs), h.sink}
}

func (h *requestHandler) WithGroup(name string) slog.Handler {
	return &requestHandler{h.Handler.WithGroup(name), h.sink}
}

type requestSink struct {
	mu        sync.Mutex
	requestID string
}

func (s *requestSink) Write(lines []byte) (int, error) {
	_, err := os.Stderr.Write(prefixed(s.requestID, lines))
	return len(lines), err
}
