// Package assignment reads what is needed of ASSIGN before any other package is initialized:
// encoding/json would be initialized later than some of the function's packages.
package assignment

import "unicode/utf8"

// Variables gives the names and values of the member "envs". The text is JSON that Latchkey wrote:
// what is not is skipped here, and refused where all of it is read.
func Variables(text []byte) [][2]string {
	r := &reader{text: text}
	if !r.member("envs") {
		return nil
	}
	var pairs [][2]string
	r.object(func(name string) {
		pairs = append(pairs, [2]string{name, r.string()})
	})
	return pairs
}

// Member is the text of a member of the outermost object; empty without it.
func Member(text []byte, name string) string {
	r := &reader{text: text}
	if !r.member(name) {
		return ""
	}
	return r.string()
}

// reader reads the few forms that an assignment has.
type reader struct {
	text []byte
	at   int
}

// member moves to the value of a member of the outermost object.
func (r *reader) member(name string) bool {
	found := -1
	r.object(func(one string) {
		if one == name && found < 0 {
			found = r.at
		}
		r.skip()
	})
	if found < 0 {
		return false
	}
	r.at = found
	return true
}

// object calls onMember at each value, which is to be read by then.
func (r *reader) object(onMember func(name string)) {
	if r.next() != '{' {
		return
	}
	r.at++
	for r.next() == '"' {
		name := r.string()
		if r.next() != ':' {
			return
		}
		r.at++
		onMember(name)
		if r.next() == ',' {
			r.at++
		}
	}
	r.at++
}

// next is the byte behind white space; 0 at the end.
func (r *reader) next() byte {
	for ; r.at < len(r.text); r.at++ {
		switch r.text[r.at] {
		case ' ', '\t', '\n', '\r':
		default:
			return r.text[r.at]
		}
	}
	return 0
}

func (r *reader) skip() {
	depth := 0
	for {
		switch r.next() {
		case 0:
			return
		case '"':
			r.string()
		case '{', '[':
			depth++
			r.at++
		case '}', ']':
			if depth == 0 {
				return
			}
			depth--
			r.at++
		case ',':
			if depth == 0 {
				return
			}
			r.at++
			continue
		default:
			r.at++
			continue
		}
		if depth == 0 {
			return
		}
	}
}

func (r *reader) string() string {
	if r.next() != '"' {
		r.skip()
		return ""
	}
	var value []byte
	for r.at++; r.at < len(r.text); r.at++ {
		switch b := r.text[r.at]; b {
		case '"':
			r.at++
			return string(value)
		case '\\':
			r.at++
			value = r.escape(value)
		default:
			value = append(value, b)
		}
	}
	return string(value)
}

var escapes = map[byte]byte{'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

// escape reads what follows a backslash and leaves r at its last byte.
func (r *reader) escape(value []byte) []byte {
	if r.at >= len(r.text) {
		return value
	}
	letter := r.text[r.at]
	if letter != 'u' {
		if special, ok := escapes[letter]; ok {
			letter = special
		}
		return append(value, letter)
	}
	code := r.hex()
	isFirstHalf := code >= 0xd800 && code < 0xdc00
	if isFirstHalf && r.at+2 < len(r.text) && r.text[r.at+1] == '\\' && r.text[r.at+2] == 'u' {
		r.at += 2
		code = (code-0xd800)<<10 + (r.hex() - 0xdc00) + 0x10000
	}
	return utf8.AppendRune(value, code)
}

// hex reads the four digits behind a u.
func (r *reader) hex() rune {
	var code rune
	for i := 0; i < 4 && r.at+1 < len(r.text); i++ {
		r.at++
		digit := rune(r.text[r.at])
		switch {
		case digit >= 'a':
			digit -= 'a' - 10
		case digit >= 'A':
			digit -= 'A' - 10
		default:
			digit -= '0'
		}
		code = code<<4 | digit&15
	}
	return code
}
