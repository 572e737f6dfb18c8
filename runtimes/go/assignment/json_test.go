package assignment

import (
	"bytes"
	"encoding/json"
	"reflect"
	"testing"
	"unicode/utf8"
)

func TestReadsWhatEncodingJSONWrites(t *testing.T) {
	envs := map[string]string{
		"PLAIN": "a b", "EMPTY": "", "QUOTED": `say "it" \ now`, "LINES": "a\nb\r\tc", "HTML": "<&>",
		"UNICODE": "žluťoučký 🐎", "CONTROL": "\x01\x1f\x7f", "SEPARATORS": "\u2028\u2029", "BRACES": `{"envs":{"a":"b"}}`,
	}
	text, err := json.Marshal(map[string]any{
		"a": []any{1, map[string]any{"envs": "no"}, "]"}, "envs": envs, "folder": "/a/é", "z": nil, "number": -1.5e3,
	})
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, pair := range Variables(text) {
		got[pair[0]] = pair[1]
	}
	if !reflect.DeepEqual(got, envs) {
		t.Errorf("got %q, want %q", got, envs)
	}
	if folder := Member(text, "folder"); folder != "/a/é" {
		t.Errorf("folder is %q", folder)
	}
}

func TestReadsEscapesAsOtherWritersMakeThem(t *testing.T) {
	text := []byte(` { "folder" : "\/\u00e9\ud83d\udc0e\b\f" , "envs" : { } } `)
	if folder := Member(text, "folder"); folder != "/é🐎\b\f" {
		t.Errorf("folder is %q", folder)
	}
	if pairs := Variables(text); len(pairs) != 0 {
		t.Errorf("variables are %q", pairs)
	}
}

func FuzzNeverHangsAndAgreesWithEncodingJSON(f *testing.F) {
	for _, seed := range []string{`{"envs":{"A":"b"}}`, `{"envs":{"A":"\ud83d"}}`, `{"a":[{"b":"}"}],"envs":{"A":""}}`, `{"envs":`, `{"a":1,`, `[`, `"`, `{"a":tru`, `{"\`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		pairs := Variables(text)
		if !isPlain(text) {
			return
		}
		var members map[string]map[string]string
		if json.Unmarshal(text, &members) != nil {
			return
		}
		got := map[string]string{}
		for _, pair := range pairs {
			got[pair[0]] = pair[1]
		}
		if want := members["envs"]; len(got) != len(want) || len(want) > 0 && !reflect.DeepEqual(got, want) {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	})
}

// isPlain is true where there is one way to read the text: nothing twice, and nothing that is no Unicode.
func isPlain(text []byte) bool {
	return bytes.Count(text, []byte("envs")) == 1 && utf8.Valid(text) && !bytes.Contains(text, []byte(`\u`))
}
