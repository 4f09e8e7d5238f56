package event

import (
	"bytes"
	"strings"

	"casebook/engine/literal"
)

// What a column shows of a record stands in the record in another spelling: characters may be escaped, and what is written again has its
// keys in order and its numbers in another form. A Spelling finds out, without decoding it, that a record cannot hold a text. So it
// looks for the parts of texts that are spelled in one way only, and counts records as holding everything in which one of their
// characters is escaped that need not be.

// Spelled tells whether every text that stands in a column, which has one text at most, stands in the record: in a string, a key, or as it is.
func Spelled(t *Table, c *Column) bool {
	if c.From != FromRaw {
		return false
	}
	switch c.Name {
	case "event.original":
		return true
	case "gen_ai.prompt", "gen_ai.completion":
		return len(t.Sources) == 1 && t.Sources[0] == Bedrock
	}
	return false
}

// Keys are texts that stand in every record in which a column has a value, unless the record says that its bodies stand elsewhere; none where
// none are known.
func Keys(t *Table, c *Column) []string {
	if c.From != FromRaw || len(t.Sources) == 0 {
		return nil
	}
	key := ""
	switch t.Sources[0] {
	case OpenAI, Agent:
		key = agentKey(c.Name)
	case OpenAIAudit:
		key = auditKey(c.Name)
	case Bedrock:
		return invocationKeys(c)
	}
	if key == "" {
		return nil
	}
	return []string{key}
}

func invocationKeys(c *Column) []string {
	if path := invocationPaths[c.Name]; len(path) > 0 {
		return path
	}
	if key, ok := strings.CutPrefix(c.Name, "gen_ai.request."); ok && !strings.Contains(key, ".") {
		return []string{key}
	}
	return nil
}

// Spelling looks for what several needs ask of columns.
type Spelling struct {
	finder  *literal.Finder
	longest []int     // for each need: what may hold a longer text is not looked at
	asked   [128]bool // the ASCII characters of what is looked for
	slashes bool
	folds   bool
}

// NewSpelling makes a spelling of needs; longest says of each the longest text that is matched (0 for any).
func NewSpelling(needs []literal.Need, longest []int) *Spelling {
	s := &Spelling{longest: longest}
	spelled := make([]literal.Need, 0, len(needs)+1)
	for _, n := range needs {
		spelled = append(spelled, s.need(n))
	}
	// A body that stands elsewhere is not looked for in the record.
	s.finder = literal.NewFinder(append(spelled, literal.Of("BodyS3Path", false)))
	return s
}

func (s *Spelling) need(n literal.Need) literal.Need {
	var out literal.Need
	for _, clause := range n {
		var parts literal.Clause
		for _, t := range clause {
			part := longestPart(t)
			if len(part) < 3 {
				parts = nil
				break
			}
			parts = append(parts, literal.Text{Bytes: part, Fold: t.Fold})
		}
		for _, t := range parts {
			s.ask(t)
		}
		if parts != nil {
			out = append(out, parts)
		}
	}
	return out
}

func (s *Spelling) ask(t literal.Text) {
	s.folds = s.folds || t.Fold
	for i := range len(t.Bytes) {
		s.asked[t.Bytes[i]] = true
		s.slashes = s.slashes || t.Bytes[i] == '/'
	}
}

// longestPart is the longest part of a text that JSON spells in one way, but for escapes that nothing asks for.
func longestPart(t literal.Text) string {
	best := ""
	for part := range strings.FieldsFuncSeq(t.Bytes, func(r rune) bool { return r < ' ' || r == '"' || r == '\\' || r >= 0x7f }) {
		if len(part) > len(best) && inString(part) {
			best = part
		}
	}
	return best
}

// inString tells whether a text without quotes can stand in strings only: neither in numbers and words nor between them.
func inString(text string) bool {
	isLetter := func(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }
	for i := 0; i < len(text); {
		if !isLetter(text[i]) {
			if strings.IndexByte("{}[]:,+-.0123456789", text[i]) < 0 {
				return true
			}
			i++
			continue
		}
		from := i
		for i < len(text) && isLetter(text[i]) {
			i++
		}
		word := strings.ToLower(text[from:i])
		if !strings.Contains("true false null infinity nan e", word) {
			return true
		}
	}
	return false
}

// Find tells which needs a record may meet; found is room for it.
func (s *Spelling) Find(record []byte, found *literal.Found) []bool {
	s.finder.Find(record, found)
	met := found.Met[:len(s.longest)]
	doubtful := found.Met[len(s.longest)] || s.doubtful(record)
	for i, most := range s.longest {
		// A number that is written again takes no more than five bytes for two: 1e6, and 1000000.0.
		met[i] = met[i] || doubtful || most > 0 && len(record)/2*5 > most
	}
	return met
}

// doubtful tells whether a record has escapes in place of characters that are looked for.
func (s *Spelling) doubtful(record []byte) bool {
	if s.slashes && bytes.Contains(record, []byte(`\/`)) {
		return true
	}
	for {
		i := bytes.Index(record, []byte(`\u`))
		if i < 0 {
			return false
		}
		if record = record[i+2:]; len(record) < 4 {
			return true
		}
		switch r, ok := hex4(record[:4]); {
		case !ok:
			return true
		case r == 0x212a, r == 0x17f, r == 0x130, r == 0x131: // the other cases of ASCII letters
			if s.folds {
				return true
			}
		case r < 128:
			// Many write <, > and & so, which nothing else is affected by.
			if s.asked[r] || strings.IndexByte("<>&'=+", byte(r)) < 0 {
				return true
			}
		}
	}
}
