package event

import (
	"bytes"
	"fmt"
	"strings"
	"time"
)

// CSV as portals export it: commas, double quotes, line breaks inside quotes, a header whose time columns name the zone they
// are shown in ("TimeGenerated [UTC]"), dates as the browser's user is used to. A row becomes the object that the
// same row is elsewhere: cells are texts, empty cells are null, times of a zone are written as ISO 8601.

func rowMismatch(got, want int) string {
	return fmt.Sprintf("a row of %d cells where the header has %d", got, want)
}

// splitRow appends a row's cells. ok is false when a quoted cell does not end properly.
func splitRow(cells []string, row []byte) ([]string, bool) {
	row = bytes.TrimRight(row, "\r\n")
	for i := 0; ; {
		if i < len(row) && row[i] == '"' {
			var cell []byte
			i++
			for {
				n := bytes.IndexByte(row[i:], '"')
				if n < 0 {
					return cells, false
				}
				cell = append(cell, row[i:i+n]...)
				i += n + 1
				if i >= len(row) || row[i] != '"' {
					break
				}
				cell = append(cell, '"')
				i++
			}
			cells = append(cells, string(cell))
			if i < len(row) && row[i] != ',' {
				return cells, false
			}
		} else {
			n := bytes.IndexByte(row[i:], ',')
			if n < 0 {
				n = len(row) - i
			}
			cells = append(cells, string(row[i:i+n]))
			i += n
		}
		if i >= len(row) {
			return cells, true
		}
		i++
	}
}

// rowEnd finds the end of the row that begins at from: the first line end outside quotes. -1 when there is none.
func rowEnd(b []byte, from int) int {
	for quoted := false; from < len(b); {
		line := bytes.IndexByte(b[from:], '\n')
		if line < 0 {
			return -1
		}
		if bytes.Count(b[from:from+line], quote)&1 == 1 {
			quoted = !quoted
		}
		from += line + 1
		if !quoted {
			return from
		}
	}
	return -1
}

var quote = []byte(`"`)

// csvForm reads a header. ok is false when the line is none that casebook knows.
func csvForm(header []byte) (*Form, bool) {
	cells, ok := splitRow(nil, bytes.TrimPrefix(header, bom))
	if !ok || len(cells) < 2 {
		return nil, false
	}
	known := 0
	for _, name := range cells {
		name, _, _ = zoneOf(name)
		switch name {
		case "@message":
			return &Form{Kind: CSV, Columns: cells}, true
		case "TimeGenerated", "EventVendor", "EventProduct", "EventType", "properties_s", "Category", "OperationName",
			"ResourceId", "ActorSession", "schemaType", "eventSource":
			known++
		}
	}
	return &Form{Kind: CSV, Columns: cells}, known >= 2
}

// csvRow writes a row as an object, or gives the message it carries.
func (f *Form) csvRow(cells []string) []byte {
	raw := []byte{'{'}
	for i, cell := range cells {
		name, zone, isTime := zoneOf(f.Columns[i])
		if name == "@message" {
			return []byte(cell)
		}
		raw = appendMember(raw, name)
		switch {
		case cell == "":
			raw = append(raw, "null"...)
		case isTime:
			raw = appendQuoted(raw, f.isoTime(cell, zone))
		default:
			raw = appendQuoted(raw, cell)
		}
	}
	return append(raw, '}')
}

// zoneOf parts "TimeGenerated [UTC]" into the column's name and the zone it is shown in.
func zoneOf(column string) (name, zone string, isTime bool) {
	if i := strings.LastIndex(column, " ["); i > 0 && strings.HasSuffix(column, "]") {
		return column[:i], column[i+2 : len(column)-1], true
	}
	return column, "", false
}

// isoTime writes a shown time so that it says its zone; with a zone that is no fixed distance from UTC ("Local Time") it
// says none, and the event will be flagged. What is no such time stays as it is.
func (f *Form) isoTime(cell, zone string) string {
	if _, _, ok := stamp(cell); ok {
		return cell
	}
	ns, ok := local(cell, f.DayFirst)
	if !ok {
		return cell
	}
	text := time.Unix(0, ns).UTC().Format("2006-01-02T15:04:05.999999999")
	switch {
	case zone == "UTC" || zone == "GMT":
		return text + "Z"
	case strings.HasPrefix(zone, "UTC+"), strings.HasPrefix(zone, "UTC-"), strings.HasPrefix(zone, "GMT+"),
		strings.HasPrefix(zone, "GMT-"):
		offset := zone[3:]
		if len(offset) == 2 || len(offset) == 5 && offset[2] == ':' { // +1, +1:30
			offset = offset[:1] + "0" + offset[1:]
		}
		if _, _, ok := stamp(text[:19] + offset); ok {
			return text + offset
		}
	}
	return text
}

// dayFirst looks through the first rows for a date whose first number is no month.
func (f *Form) dayFirst(rows []byte) bool {
	for from := 0; from < len(rows); {
		end := rowEnd(rows, from)
		if end < 0 {
			end = len(rows)
		}
		cells, _ := splitRow(nil, rows[from:end])
		for i, cell := range cells {
			if i >= len(f.Columns) {
				break
			}
			if _, _, isTime := zoneOf(f.Columns[i]); !isTime || strings.IndexByte(cell, '/') > 2 {
				continue
			}
			if _, ok := local(cell, false); !ok {
				if _, ok := local(cell, true); ok {
					return true
				}
			}
		}
		from = end
	}
	return false
}
