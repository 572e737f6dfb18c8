package shim

import (
	"strings"
	"unicode/utf16"
)

// textOf knows the charsets that need no tables. Any other is taken for UTF-8, the likeliest; the
// bytes are in the request's body.
func textOf(body []byte, charset string) string {
	switch strings.ToLower(charset) {
	case "iso-8859-1", "iso8859-1", "latin1", "l1":
		runes := make([]rune, len(body))
		for i, b := range body {
			runes[i] = rune(b)
		}
		return string(runes)
	case "utf-16le", "utf-16":
		return utf16Text(body, 0, 1)
	case "utf-16be":
		return utf16Text(body, 1, 0)
	default:
		return string(body)
	}
}

func utf16Text(body []byte, low, high int) string {
	units := make([]uint16, 0, len(body)/2)
	for ; len(body) >= 2; body = body[2:] {
		units = append(units, uint16(body[low])|uint16(body[high])<<8)
	}
	return strings.TrimPrefix(string(utf16.Decode(units)), "\ufeff")
}
