package esql

import (
	"fmt"
	"strconv"
	"strings"
)

// A query is printed in one hand: a command a line, keywords in capitals, no more brackets than needed. Comments are lost.

func printQuery(q *query, pipe string) string {
	var b strings.Builder
	for _, s := range q.settings {
		b.WriteString(s.String() + "\n")
	}
	for i, c := range q.commands {
		if i > 0 {
			b.WriteString(pipe)
		}
		b.WriteString(printCommand(c))
	}
	return b.String()
}

// String is how a setting is printed.
func (s setting) String() string {
	return fmt.Sprintf("SET %s = %s;", printName(s.name), print(s.value))
}

func join[T any](items []T, one func(T) string) string {
	parts := make([]string, len(items))
	for i, item := range items {
		parts[i] = one(item)
	}
	return strings.Join(parts, ", ")
}

func printCommand(c command) string {
	switch c := c.(type) {
	case *dedup:
		return "DEDUP"
	case *dissect:
		s := "DISSECT " + printAt(c.input, tight) + " " + print(c.pattern)
		if c.separator != nil {
			s += " APPEND_SEPARATOR = " + print(c.separator)
		}
		return s
	case *drop:
		return "DROP " + join(c.names, printPattern)
	case *eval:
		return "EVAL " + join(c.fields, printField)
	case *fork:
		parts := make([]string, len(c.branches))
		for i, q := range c.branches {
			parts[i] = "(" + printQuery(q, " | ") + ")"
		}
		return "FORK " + strings.Join(parts, " ")
	case *from:
		return printFrom(c)
	case *grok:
		return "GROK " + printAt(c.input, tight) + " " + join(c.patterns, func(l *literal) string { return print(l) })
	case *keep:
		return "KEEP " + join(c.names, printPattern)
	case *limit:
		s := "LIMIT " + print(c.count)
		if c.by != nil {
			s += " BY " + join(c.by, print)
		}
		return s
	case *lookup:
		on := join(c.on, func(n name) string { return printName(n.text) })
		if c.cond != nil {
			on = print(c.cond)
		}
		return "LOOKUP JOIN " + c.table.name + " ON " + on
	case *enrich:
		s := "ENRICH " + c.table.name
		if c.on != nil {
			s += " ON " + printName(c.on.text)
		}
		if c.with != nil {
			s += " WITH " + join(c.with, func(e enriched) string {
				if e.as.text == e.field.text {
					return printName(e.field.text)
				}
				return printName(e.as.text) + " = " + printName(e.field.text)
			})
		}
		return s
	case *mvExpand:
		return "MV_EXPAND " + printName(c.name.text)
	case *parts:
		return c.command + " " + printName(c.prefix.text) + " = " + print(c.input)
	case *rename:
		return "RENAME " + join(c.pairs, func(r renaming) string { return printName(r.old.text) + " AS " + printName(r.new.text) })
	case *row:
		return "ROW " + join(c.fields, printField)
	case *sortBy:
		return "SORT " + join(c.keys, printKey)
	case *stats:
		return printStats(c)
	case *where:
		return "WHERE " + print(c.cond)
	}
	return ""
}

func printFrom(c *from) string {
	parts := make([]string, 0, len(c.sources)+len(c.subqueries))
	for _, s := range c.sources {
		if !plainSource(s.name) {
			parts = append(parts, quote(s.name))
		} else {
			parts = append(parts, s.name)
		}
	}
	for _, q := range c.subqueries {
		parts = append(parts, "("+printQuery(q, " | ")+")")
	}
	s := "FROM " + strings.Join(parts, ", ")
	if c.metadata != nil {
		s += " METADATA " + join(c.metadata, func(n name) string { return n.text })
	}
	return s
}

// plainSource tells whether a table's name surely reads as itself without quotes.
func plainSource(s string) bool {
	for i := range len(s) {
		if !isBody(s[i]) && !strings.ContainsRune(".-*:@", rune(s[i])) {
			return false
		}
	}
	return !strings.EqualFold(s, "metadata") && strings.Trim(s, ":") == s && !strings.Contains(s, ":::")
}

func printStats(c *stats) string {
	s := "STATS"
	if c.inline {
		s = "INLINE STATS"
	}
	if c.aggs != nil {
		s += " " + join(c.aggs, printField)
	}
	if c.by != nil {
		s += " BY " + join(c.by, printField)
	}
	return s
}

func printField(f field) string {
	s := print(f.value)
	if f.name != nil {
		s = printName(f.name.text) + " = " + s
	}
	if f.where != nil {
		s += " WHERE " + print(f.where)
	}
	return s
}

func printKey(k sortKey) string {
	s := print(k.value)
	if k.desc {
		s += " DESC"
	}
	switch k.nulls {
	case nullsFirst:
		s += " NULLS FIRST"
	case nullsLast:
		s += " NULLS LAST"
	}
	return s
}

func printPattern(p namePattern) string {
	if p.exact() {
		return printName(p.pieces[0])
	}
	parts := make([]string, len(p.pieces))
	for i, piece := range p.pieces {
		if i == 0 && strings.HasPrefix(piece, ".") || i == len(p.pieces)-1 && strings.HasSuffix(piece, ".") || strings.Contains(piece, "..") {
			parts[i] = "`" + strings.ReplaceAll(piece, "`", "``") + "`" // a segment is empty
			continue
		}
		var b strings.Builder
		for j, part := range strings.Split(piece, ".") {
			if j > 0 {
				b.WriteByte('.')
			}
			if part != "" {
				b.WriteString(printSegment(part, false))
			}
		}
		parts[i] = b.String()
	}
	return strings.Join(parts, "*")
}

// printName quotes the segments of a name that need it.
func printName(s string) string {
	parts := strings.Split(s, ".")
	for i, part := range parts {
		parts[i] = printSegment(part, true)
	}
	for _, part := range parts {
		if part == "``" { // a name with an empty segment is one quoted whole
			return "`" + strings.ReplaceAll(s, "`", "``") + "`"
		}
	}
	return strings.Join(parts, ".")
}

// printSegment is a part of a name; whole ones must not look like a keyword or a number.
func printSegment(s string, whole bool) string {
	plain := s != ""
	for i := 0; i < len(s); i++ {
		if !isBody(s[i]) && !(s[i] == '@' && i == 0 && len(s) > 1) {
			plain = false
		}
	}
	if whole && plain && (isDigit(s[0]) || s == "_" || reserved[strings.ToLower(s)] || strings.EqualFold(s, "as") || strings.EqualFold(s, "on")) {
		plain = false
	}
	if plain {
		return s
	}
	return "`" + strings.ReplaceAll(s, "`", "``") + "`"
}

// quote writes a string so that reading it gives the same text.
func quote(s string) string {
	r := strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\r", `\r`, "\t", `\t`)
	return `"` + r.Replace(s) + `"`
}

// The levels of binding, loosest first; what is looser than its surroundings gets brackets.
const (
	loose = iota
	either
	both
	negated
	compared
	added
	multiplied
	signed
	tight
)

var levels = map[string]int{
	"OR": either, "AND": both, "NOT": negated, "==": compared, "!=": compared, "<": compared, "<=": compared, ">": compared,
	">=": compared, ":": compared, "+": added, "-": added, "*": multiplied, "/": multiplied, "%": multiplied,
}

func print(e expr) string { return printAt(e, loose) }

func printAt(e expr, level int) string {
	s, own := printLevel(e)
	if own < level {
		return "(" + s + ")"
	}
	return s
}

// printLevel is an expression and how tightly it binds.
func printLevel(e expr) (string, int) {
	not := func(yes bool) string {
		if yes {
			return "NOT "
		}
		return ""
	}
	switch e := e.(type) {
	case *array:
		return "[" + join(e.items, func(l *literal) string { return print(l) }) + "]", tight
	case *binary:
		l := levels[e.op]
		if l == compared {
			if e.op == ":" {
				return printAt(e.left, added) + " : " + printAt(e.right, tight), compared
			}
			return printAt(e.left, added) + " " + e.op + " " + printAt(e.right, added), compared
		}
		return printAt(e.left, l) + " " + e.op + " " + printAt(e.right, l+1), l
	case *call:
		return printCall(e), tight
	case *cast:
		return printAt(e.value, tight) + "::" + e.to, tight
	case *in:
		list := join(e.list, func(x expr) string { return printAt(x, added) })
		if e.query != nil {
			list = printQuery(e.query, " | ")
		}
		return printAt(e.value, added) + " " + not(e.not) + "IN (" + list + ")", compared
	case *isNull:
		return printAt(e.value, added) + " IS " + not(e.not) + "NULL", compared
	case *like:
		op := "LIKE "
		if e.regex {
			op = "RLIKE "
		}
		patterns := join(e.patterns, func(l *literal) string { return print(l) })
		if e.list {
			patterns = "(" + patterns + ")"
		}
		if e.computed != nil {
			patterns = printAt(e.computed, added)
		}
		return printAt(e.value, added) + " " + not(e.not) + op + patterns, compared
	case *literal:
		return printLiteral(e), tight
	case *parameter:
		return "?" + e.name, tight
	case *ref:
		return printName(e.name), tight
	case *unary:
		if e.op == "NOT" {
			return "NOT " + printAt(e.value, negated), negated
		}
		s := printAt(e.value, signed)
		if s != "" && (isDigit(s[0]) || strings.IndexByte("+-.", s[0]) >= 0) {
			s = "(" + s + ")" // the sign is not the number's
		}
		return e.op + s, signed
	}
	return "", tight
}

func printCall(c *call) string {
	if c.star {
		return c.name + "(*)"
	}
	s := c.name + "(" + join(c.args, print)
	if c.options != nil {
		s += ", {" + join(c.options, func(o option) string { return quote(o.key) + ": " + print(o.value) }) + "}"
	}
	if c.by != nil {
		s += " BY " + print(c.by)
	}
	return s + ")"
}

func printLiteral(l *literal) string {
	if l.unit != "" {
		return strconv.FormatInt(l.count, 10) + " " + l.unit
	}
	switch x := l.value.Value(0).(type) {
	case nil:
		return "NULL"
	case bool:
		if x {
			return "TRUE"
		}
		return "FALSE"
	case int64:
		return strconv.FormatInt(x, 10)
	case uint64:
		return strconv.FormatUint(x, 10)
	case float64:
		s := strconv.FormatFloat(x, 'g', -1, 64)
		if !strings.ContainsAny(s, ".e") {
			s += ".0"
		}
		return s
	case string:
		return quote(x)
	}
	return ""
}
