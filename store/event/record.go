package event

// Record is a span of a file and what it turned out to be. The spans of a file's records tile its expanded stream.
type Record struct {
	Offset, Length int64 // the span in the expanded stream, line end and all
	Line           int64 // that the span begins on, from 1
	Kind           Kind
	Lines          int64 // of a Blank: how many empty lines it stands for; the account counts these

	At, Size int64  // where the record proper stands in the expanded stream; Form.Raw makes Raw of these bytes
	Form     *Form  // how it stands there
	Raw      []byte // the record as its vendor wrote it, without the wrapping of whoever delivered it

	Event  Event  // of an Accepted record
	Reject Reject // of a Rejected or a Skipped one
}

// Kind is what a span turned out to be.
type Kind uint8

// The kinds. The account of a file counts all but Frame: records = accepted + rejected + blank + skipped.
const (
	Accepted Kind = iota // an event
	Rejected             // for quarantine: not understood, with the reason
	Blank                // empty lines that follow each other
	Skipped              // understood and left aside: control messages, categories that no view has; counted and named
	Frame                // no record at all: brackets and commas of an envelope, a CSV's header, a byte order mark
)

// Reject says why a span is in quarantine, or was left aside. Code is stable; Reason is for people.
type Reject struct {
	Code   string
	Reason string
}

// The codes.
const (
	CodeStream   = "CB-L001" // the file itself breaks off: damaged compression, a read error
	CodeBomb     = "CB-L002" // it expands beyond all measure
	CodeBinary   = "CB-L003" // it is no text: an archive, a picture, nothing but NUL
	CodeJSON     = "CB-L010" // JSON with a mistake
	CodeLong     = "CB-L011" // a record longer than the cap
	CodeEnds     = "CB-L012" // JSON that ends too early
	CodeRow      = "CB-L013" // a row of a table that does not fit its columns
	CodeUnknown  = "CB-L014" // no known form
	CodeControl  = "CB-L020" // skipped: a control message of a log subscription
	CodeCategory = "CB-L021" // skipped: a category of records that no view has

	envelope     = "envelope"     // within the package: records stand inside this one
	more         = "more"         // within the package: another value follows on the same line
	message      = "message"      // within the package: a text inside is the record
	unrecognised = "unrecognised" // within the package: it has a kind's keys but not its shape
)

func (r *Reject) Error() string { return r.Code + " " + r.Reason }
