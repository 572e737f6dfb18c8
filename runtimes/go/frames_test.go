package shim

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"os"
	"strings"
	"testing"
	"testing/iotest"
)

type goldenFrame struct {
	Title, Type, Hex, BodyHex, PayloadHex string
	ID                                    uint32
	End                                   bool
	Head                                  []string
}

var typeNumbers = map[string]byte{
	"HELLO": typeHello, "REQUEST": typeRequest, "RESPONSE": typeResponse, "DATA": typeData, "CREDIT": typeCredit,
	"CANCEL": typeCancel, "FAILURE": typeFailure, "PING": typePing, "PONG": typePong, "ASSIGN": typeAssign,
	"READY": typeReady, "FAILED": typeFailed, "STOP": typeStop, "RETIRE": typeRetire,
}

func golden(t testing.TB) (frames []goldenFrame, refused []goldenFrame) {
	text, err := os.ReadFile("../conformance/golden.json")
	if err != nil {
		t.Fatal(err)
	}
	var all struct{ Frames, Refused []goldenFrame }
	if err := json.Unmarshal(text, &all); err != nil {
		t.Fatal(err)
	}
	return all.Frames, all.Refused
}

func unhex(t testing.TB, text string) []byte {
	bytes, err := hex.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	return bytes
}

// latin1 is text with one byte for each rune, as heads are sent.
func latin1(text string) []byte {
	var bytes []byte
	for _, r := range text {
		bytes = append(bytes, byte(r))
	}
	return bytes
}

func TestGoldenFrames(t *testing.T) {
	frames, _ := golden(t)
	for _, one := range frames {
		t.Run(one.Title, func(t *testing.T) {
			whole := unhex(t, one.Hex)
			readers := map[string]io.Reader{"at once": bytes.NewReader(whole), "byte by byte": iotest.OneByteReader(bytes.NewReader(whole))}
			for how, source := range readers {
				f, err := newFrameReader(source, payloadBytesMax).next()
				if err != nil {
					t.Fatal(how, err)
				}
				if f.kind != typeNumbers[one.Type] || f.id != one.ID || f.isLast() != one.End || !bytes.Equal(f.payload, whole[headerBytes:]) {
					t.Errorf("%s: read %+v", how, f)
				}
				checkWritten(t, one, f, whole)
			}
		})
	}
}

func checkWritten(t *testing.T, one goldenFrame, f frame, whole []byte) {
	written := appendFrame(nil, f.kind, f.flags, f.id, f.payload)
	if one.Head != nil {
		head, body, ok := cutHead(f.payload)
		if want := latin1(strings.Join(one.Head, "\n")); !ok || !bytes.Equal(head, want) || !bytes.Equal(body, unhex(t, one.BodyHex)) {
			t.Errorf("head is %q, body is %q", head, body)
		}
		written = appendHeadFrame(nil, f.kind, f.flags, f.id, head, body)
	}
	if !bytes.Equal(written, whole) {
		t.Errorf("wrote %x, want %x", written, whole)
	}
}

func TestGoldenRefusals(t *testing.T) {
	_, refused := golden(t)
	for _, one := range refused {
		_, err := newFrameReader(bytes.NewReader(unhex(t, one.Hex)), payloadBytesMax).next()
		if !errors.Is(err, errTooLong) {
			t.Errorf("%s: %v", one.Title, err)
		}
	}
}

func TestAHeadThatIsLongerThanItsFrameIsRefused(t *testing.T) {
	for _, payload := range []string{"", "000000", "05000000aabbccdd", "ffffffff00", "01000200"} {
		if _, _, ok := cutHead(unhex(t, payload)); ok {
			t.Errorf("%q was taken", payload)
		}
	}
}

func FuzzFrames(f *testing.F) {
	frames, refused := golden(f)
	for _, one := range append(frames, refused...) {
		f.Add(unhex(f, one.Hex))
	}
	f.Add(appendFrame(nil, typeData, flagEnd, 7, make([]byte, readBufferBytes)))
	f.Fuzz(func(t *testing.T, stream []byte) {
		atOnce := newFrameReader(bytes.NewReader(stream), payloadBytesMax)
		inPieces := newFrameReader(iotest.HalfReader(bytes.NewReader(stream)), payloadBytesMax)
		for {
			a, errA := atOnce.next()
			b, errB := inPieces.next()
			if (errA == nil) != (errB == nil) {
				t.Fatal("pieces matter:", errA, errB)
			}
			if errA != nil {
				return
			}
			if a.kind != b.kind || a.flags != b.flags || a.id != b.id || !bytes.Equal(a.payload, b.payload) {
				t.Fatal("pieces matter:", a, b)
			}
			// Whatever it holds, it is read without a panic.
			if head, _, ok := cutHead(a.payload); ok {
				cutFields(string(head)).request()
			}
		}
	})
}
