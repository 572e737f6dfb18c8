package shim

import (
	"fmt"
	"net/http"
	"sort"
	"strings"
)

// These belong to one HTTP connection and never cross the frames. The length is written by itself.
var leftOut = map[string]bool{
	"connection":        true,
	"keep-alive":        true,
	"proxy-connection":  true,
	"te":                true,
	"trailer":           true,
	"transfer-encoding": true,
	"upgrade":           true,
	"content-length":    true,
}

// appendHeaders writes name, value, name, value ... always in the same order. An error names what
// HTTP cannot carry.
func appendHeaders(to []byte, header http.Header) ([]byte, error) {
	var few [8]string
	names := few[:0]
	for name := range header {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		if strings.HasPrefix(name, http.TrailerPrefix) {
			continue
		}
		lower := strings.ToLower(name)
		if !isToken(lower) {
			return nil, fmt.Errorf("%q is no header name", name)
		}
		if leftOut[lower] {
			continue
		}
		for _, value := range header[name] {
			if !isFieldValue(value) {
				return nil, fmt.Errorf("the value of the header %s holds characters that it must not", lower)
			}
			to = append(append(to, '\n'), lower...)
			to = append(append(to, '\n'), value...)
		}
	}
	return to, nil
}

func isToken(name string) bool {
	for i := 0; i < len(name); i++ {
		b := name[i]
		if (b < 'a' || b > 'z') && (b < '0' || b > '9') && strings.IndexByte("!#$%&'*+.^_`|~-", b) < 0 {
			return false
		}
	}
	return name != ""
}

func isFieldValue(value string) bool {
	for i := 0; i < len(value); i++ {
		if b := value[i]; b < ' ' && b != '\t' || b == 0x7f {
			return false
		}
	}
	return true
}
