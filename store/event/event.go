// Package event knows the logs of LLM services: what a record means (Event), whose it is (Source), what rules can ask
// of it (Table), and in which forms it comes (Reader).
//
// A file goes through three steps. A Reader expands it and cuts it into blocks of whole records, one after the other. A
// Decoder turns a block into Records, a pure function that any number of goroutines may run side by side. What a view
// needs beyond an Event's own fields is decoded again from the record's bytes when it is asked for (Detail).
package event

// Opt is a whole number that may be absent: absent is not zero, for rules that ask for either.
type Opt struct {
	Int int64
	Set bool
}

// Some is a number that is there.
func Some(n int64) Opt { return Opt{Int: n, Set: true} }

// Event is one thing that happened, in the fields that timelines and most rules use.
//
// A text that is empty is absent: the store keeps it as NULL. Texts are views of the block that was decoded, not
// copies: clone what is to outlive the block (see Block).
type Event struct {
	Source string // name of the Source
	Time   int64  // nanoseconds since the Unix epoch, UTC; meaningful when Dated
	Dated  bool   // false when the record has no readable time: kept, but outside every window

	Action   string // what was done: operation, operationName, eventName, EventType
	Outcome  string // "success" or "failure" where the vendor's mapping says so
	Category string // Azure's category, CloudTrail's eventSource, ASIM's EventType
	Status   string // Azure's resultSignature ("200"), as text
	Error    string // errorCode

	User        string // verbatim: the whole ARN, input_user, an e-mail address
	UserName    string // derived from User, never a rule's field
	UserRole    string
	UserSession string

	Account       string // AWS account, Azure subscription (lower case)
	Region        string
	Resource      string // Azure resource name (lower case), CloudTrail's target
	ResourceGroup string
	Model         string
	App           string // deployment, tool or client program
	IP            string // as logged; Azure masks it ("81.2.69.***"), so it need not be an address

	RequestID  string
	ResponseID string

	PromptTokens     Opt
	CompletionTokens Opt
	RequestSize      Opt // UTF-16 units for Bedrock, bytes for Azure: what the vendor's mapping says
	ResponseSize     Opt
	Duration         Opt // nanoseconds

	Flags Flags
	// Values are the small fields that the source's views have beside these (Source.Small), in ascending order of Field.
	Values []Value
	// Key is the same for the same happening however it was delivered; see key.go.
	Key [16]byte
}

// Value is one small field of an event. Which of the members holds it follows from the type of Source.Small[Field]:
// Int for whole numbers and booleans (0, 1), Float for doubles, Many for keywords (one or several), Text for dynamics
// (JSON text) and loose fields (a JSON value, or a list of several).
type Value struct {
	Field int // place in Source.Small
	Int   int64
	Float float64
	Text  string
	Many  []string
}

// Flags are observations about a record that was accepted: things an analyst may want to know, none of them an error.
type Flags uint32

// The flags.
const (
	Controls      Flags = 1 << iota // control characters in a text (escape sequences included)
	NUL                             // U+0000 in a text
	Hidden                          // zero-width, bidirectional or tag characters in a text
	Encoding                        // bytes that are not UTF-8, or half a surrogate pair
	DuplicateKeys                   // a key twice in one object; the last one counts
	Range                           // a number too large for its field, which is absent now
	NumberAsText                    // a number in quotes, taken as the number
	TrailingComma                   // a comma before a closing bracket, passed over
	NoZone                          // a time without a zone, taken as UTC
	BadTime                         // a time that could not be read
	Transcoded                      // the file was not UTF-8 (UTF-16, UTF-32) and was converted
	BodyElsewhere                   // a body stands in an object of its own that was not at hand
	WrongType                       // a field of a type it never has, which is absent now
	Deep                            // a body stands nested deeper than it is looked into
)

var flagNames = [...]string{
	"control characters", "NUL character", "hidden characters", "invalid UTF-8", "duplicate keys", "number out of range",
	"number as text", "trailing comma", "time without zone", "unreadable time", "converted to UTF-8", "body elsewhere",
	"field of wrong type", "deeply nested",
}

// AllFlags lists the words of every flag, in the order of their bits.
func AllFlags() []string { return flagNames[:] }

// Names lists the observations in words.
func (f Flags) Names() []string {
	var names []string
	for i, name := range flagNames {
		if f&(1<<i) != 0 {
			names = append(names, name)
		}
	}
	return names
}
