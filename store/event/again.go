package event

import "strings"

// Again decodes the place of a record that was in quarantine: what was no record to an older casebook may be one now, or
// several. at and line say where the place begins in the expanded file, encoding is what Reader.Encoding said of the file.
func Again(place []byte, form *Form, at, line int64, encoding string, siblings Siblings, mapping *Mapping) []Record {
	b := &Block{Offset: at, Line: line, Data: place, form: form, cuts: []cut{{to: len(place), form: form}}, siblings: siblings, mapping: mapping}
	if strings.Contains(encoding, "utf-") {
		b.flags |= Transcoded
	}
	var d Decoder
	return d.Decode(b, nil)
}
