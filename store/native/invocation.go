package native

// Invocation is a line of a block, and what a Bedrock record in it holds, as places of the block.
type Invocation struct {
	Line Place
	Size uint32 // of the record, which begins with the line; 0 where the line was not understood
	has  uint32
	// The texts, as they stand between their quotes, without escapes. One that is empty is absent.
	Timestamp, Account, Caller, Region, Request, Operation, Model, Error, Response, Finish Place
	// The bodies, written compactly, in UTF-16 units.
	RequestSize, ResponseSize uint32
	counts                    [4]int64
}

// The counts of an invocation.
const (
	Prompt = iota
	Completion
	Latency
	FirstByte
	hasRequest
	hasAnswer
)

// Count is one of the counts, if it is there.
func (v *Invocation) Count(which int) (n int64, ok bool) {
	return v.counts[which], v.has>>which&1 != 0
}

// HasRequest and HasResponse tell whether there is a body, be it empty.
func (v *Invocation) HasRequest() bool  { return v.has>>hasRequest&1 != 0 }
func (v *Invocation) HasResponse() bool { return v.has>>hasAnswer&1 != 0 }

// Invocations reads lines of Bedrock records from a place on, and gives as many as it read. Lines that are anything else, or hold
// anything to remark on, are given as not understood.
func Invocations(lines []Invocation, text []byte, from int) int {
	if from >= len(text) || len(lines) == 0 || uint64(len(text)) > 1<<31 {
		return 0
	}
	return invocationsInC(lines, text, from)
}
