package event

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
)

// Form says how a record stands in its file: as it is, or wrapped by whoever delivered it. Together with the bytes of its
// place it gives the record again, so a store that keeps a record's place and form needs no copy of it.
type Form struct {
	Kind     FormKind
	Columns  []string `json:",omitempty"` // of CSV rows and table rows
	DayFirst bool     `json:",omitempty"` // 07/02 is the 7th of February
	Open     []Level  `json:",omitempty"` // of Values: what is open in the place
	Single   bool     `json:",omitempty"` // of Values: lines follow when all of it is closed
}

// FormKind is a way of wrapping.
type FormKind string

// The forms.
const (
	JSON     FormKind = "json"     // the record itself
	Timed    FormKind = "timed"    // a CloudWatch export line: a time, a space, the record
	Message  FormKind = "message"  // a CloudWatch event: an object whose "message" is the record as text
	Insights FormKind = "insights" // a row of a CloudWatch Insights query: a list of fields and values
	CSV      FormKind = "csv"      // a row of a CSV file
	TableRow FormKind = "table"    // a row of a Log Analytics answer: a list, by the answer's columns
	Values   FormKind = "values"   // no record's: that of a place in JSON that is laid out in any way, for going on there
)

var (
	jsonForm     = &Form{Kind: JSON}
	timedForm    = &Form{Kind: Timed}
	messageForm  = &Form{Kind: Message}
	insightsForm = &Form{Kind: Insights}
)

// String is the form as a text that ParseForm reads.
func (f *Form) String() string {
	if f.Columns == nil && f.Kind != Values {
		return string(f.Kind)
	}
	b, _ := json.Marshal(f)
	return string(b)
}

// ParseForm reads a form's text.
func ParseForm(s string) (*Form, error) {
	f := &Form{Kind: FormKind(s)}
	if strings.HasPrefix(s, "{") {
		if err := json.Unmarshal([]byte(s), f); err != nil {
			return nil, err
		}
	}
	switch f.Kind {
	case JSON, Timed, Message, Insights, CSV, TableRow, Values:
		return f, nil
	}
	return nil, errors.New("form " + s + " is none that casebook knows; the store is of a newer version")
}

// Raw is the record that stands in a place. A Reject says why there is none.
func (f *Form) Raw(place []byte) ([]byte, *Reject) {
	switch f.Kind {
	case Timed:
		i := bytes.IndexByte(place, '{')
		if i < 0 {
			return nil, &Reject{CodeUnknown, "a CloudWatch line with a message that is no JSON"}
		}
		return place[i:], nil
	case Message:
		text := inner(place, "message")
		if len(text) < 2 || text[0] != '"' {
			return nil, &Reject{CodeUnknown, "a CloudWatch event without a message"}
		}
		return appendText(nil, text[1:len(text)-1]), nil
	case Insights:
		return insights(place)
	case CSV:
		cells, ok := splitRow(nil, place)
		if !ok || len(cells) != len(f.Columns) {
			return nil, &Reject{CodeRow, rowMismatch(len(cells), len(f.Columns))}
		}
		return f.csvRow(cells), nil
	case TableRow:
		return f.tableRow(place)
	}
	return place, nil
}

// insights finds the message in [{"field":"@message","value":"{…}"}, …].
func insights(place []byte) ([]byte, *Reject) {
	tree, ok := Tree(place)
	list, _ := tree.([]any)
	for _, x := range list {
		field := object(x)
		if field.Value("field") == "@message" {
			if text, isText := field.Value("value").(string); isText {
				return []byte(text), nil
			}
		}
	}
	if !ok {
		return nil, &Reject{CodeJSON, "a row of a query's results is no JSON"}
	}
	return nil, &Reject{CodeUnknown, "a row of a query's results without @message"}
}

// tableRow pairs a row's cells with the columns.
func (f *Form) tableRow(place []byte) ([]byte, *Reject) {
	s := scanner{b: place}
	if s.peek() != '[' {
		return nil, &Reject{CodeRow, "a row that is no list"}
	}
	raw, n := []byte{'{'}, 0
	for at := s.enter(0); s.next(']', &at); at.n++ {
		from := s.peekAt()
		s.value(1)
		if s.fault != "" {
			return nil, &Reject{CodeJSON, s.fault}
		}
		if n < len(f.Columns) {
			raw = appendMember(raw, f.Columns[n])
			raw = append(raw, place[from:s.i]...)
		}
		n++
	}
	if s.fault != "" {
		return nil, &Reject{CodeJSON, s.fault}
	}
	if n != len(f.Columns) {
		return nil, &Reject{CodeRow, rowMismatch(n, len(f.Columns))}
	}
	return append(raw, '}'), nil
}

// appendMember begins a member of an object that is being written.
func appendMember(to []byte, key string) []byte {
	if len(to) > 1 {
		to = append(to, ',')
	}
	return append(appendQuoted(to, key), ':')
}

// appendQuoted writes a JSON text, byte for byte but for what JSON wants escaped; bytes that are not UTF-8 stay.
func appendQuoted(to []byte, s string) []byte {
	const digits = "0123456789abcdef"
	to = append(to, '"')
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			to = append(to, '\\', c)
		case c == '\n':
			to = append(to, '\\', 'n')
		case c == '\r':
			to = append(to, '\\', 'r')
		case c == '\t':
			to = append(to, '\\', 't')
		case c < 0x20:
			to = append(to, '\\', 'u', '0', '0', digits[c>>4], digits[c&15])
		default:
			to = append(to, c)
		}
	}
	return append(to, '"')
}
