package shim

import (
	"net/http"
	"testing"
)

func TestHeadersThatHTTPCannotCarryAreRefused(t *testing.T) {
	for name, header := range map[string]http.Header{
		"a line break":   {"X-A": {"a\nb"}},
		"a return":       {"X-A": {"a\rb"}},
		"a NUL":          {"X-A": {"a\x00b"}},
		"a DEL":          {"X-A": {"a\x7fb"}},
		"a blank name":   {"X A": {"a"}},
		"an empty name":  {"": {"a"}},
		"a name with é":  {"é": {"a"}},
		"a colon inside": {"X:A": {"a"}},
	} {
		if head, err := appendHeaders(nil, header); err == nil {
			t.Errorf("%s was written as %q", name, head)
		}
	}
}

func TestHeadersAreWrittenInOneOrderAndInLowerCase(t *testing.T) {
	header := http.Header{
		"X-B": {"2", "3"}, "X-A": {"1\t\xe9"}, "Connection": {"close"}, "Content-Length": {"7"},
		"Upgrade": {"x"}, http.TrailerPrefix + "X-Late": {"1"},
	}
	head, err := appendHeaders([]byte("200"), header)
	if want := "200\nx-a\n1\t\xe9\nx-b\n2\nx-b\n3"; err != nil || string(head) != want {
		t.Errorf("wrote %q, %v", head, err)
	}
}

func TestTextIsReadByItsCharset(t *testing.T) {
	for charset, bytes := range map[string]string{
		"":           "é",
		"UTF-8":      "é",
		"ISO-8859-1": "\xe9",
		"latin1":     "\xe9",
		"utf-16le":   "\xff\xfe\xe9\x00",
		"utf-16be":   "\x00\xe9",
		"unheard-of": "é",
	} {
		if text := textOf([]byte(bytes), charset); text != "é" {
			t.Errorf("%s: %q", charset, text)
		}
	}
}
