package native

import (
	"bytes"
	"io"
	"testing"
)

func TestMarks(t *testing.T) {
	if !hasC {
		t.Skip("marks are made by the C code only")
	}
	kinds := texts()
	text := bytes.Repeat(append(kinds["lines"], kinds["noise"]...), 25)
	for how, file := range members(text) {
		t.Run(how, func(t *testing.T) {
			want := text
			if how == "two" {
				want = append(bytes.Clone(text), text...)
			}
			var marks []Mark
			z := Reader{Marked: func(m Mark) { marks = append(marks, m) }}
			if err := z.Reset(bytes.NewReader(file)); err != nil {
				t.Fatal(err)
			}
			if got, err := io.ReadAll(&z); err != nil || !bytes.Equal(got, want) {
				t.Fatalf("%d bytes, %v", len(got), err)
			}
			if most := len(want)/markEvery + 3; len(marks) < len(want)/markEvery*3/4 || len(marks) > most {
				t.Errorf("%d marks in %d bytes", len(marks), len(want))
			}
			for _, m := range marks {
				if err := z.ResetAt(bytes.NewReader(file[m.Offset:]), m); err != nil {
					t.Fatal(err)
				}
				if got, err := io.ReadAll(&z); err != nil || !bytes.Equal(got, want[m.Expanded:]) {
					t.Fatalf("from %d: %d bytes, %v, want %d", m.Expanded, len(got), err, len(want)-int(m.Expanded))
				}
			}
		})
	}
}
