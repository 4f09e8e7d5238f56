package exec

import (
	"fmt"
	"runtime"
	"strings"
)

// Fault is a mistake of the engine's own that one query has met. It ends that query, and not the program: with it other rules would go, and
// words that somebody has not saved yet.
type Fault struct {
	Cause any
	At    string // the function and the line
}

func (f *Fault) Error() string {
	return fmt.Sprintf("casebook itself failed at %s: %v; this is no answer: please report the query", f.At, f.Cause)
}

// Caught is what recover has given as a fault, to be asked for where it was recovered; nil for nothing.
func Caught(recovered any) *Fault {
	if recovered == nil {
		return nil
	}
	if f, ok := recovered.(*Fault); ok {
		return f
	}
	pcs := make([]uintptr, 32)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs)])
	fault := &Fault{Cause: recovered, At: "an unknown place"}
	for panicked := false; ; {
		frame, more := frames.Next()
		own := !strings.HasPrefix(frame.Function, "runtime.")
		if panicked && own {
			name := frame.Function[strings.LastIndex(frame.Function, "/")+1:]
			fault.At = fmt.Sprintf("%s:%d", name, frame.Line)
			return fault
		}
		if panicked = panicked || frame.Function == "runtime.gopanic"; !more {
			return fault
		}
	}
}
