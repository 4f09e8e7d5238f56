package kql

import (
	"strings"

	"casebook/engine/syntax"
)

// Print lays a query out in one way: a stage a line, one space where there was any, no comments. Printing what was printed
// changes nothing, and means what the query meant.
func Print(file *syntax.File) (string, error) {
	_, errs := parse(file)
	if err := errs.Err(); err != nil {
		return "", err
	}
	var b strings.Builder
	level, fresh := 0, true
	for _, t := range lex(file, &syntax.List{}) {
		text := file.Slice(t.span)
		switch {
		case t.kind == end:
			continue
		case t.is("(") || t.is("[") || t.is("{"):
			level++
		case t.is(")") || t.is("]") || t.is("}"):
			level--
		}
		switch {
		case fresh:
		case t.is("|") && level == 0:
			b.WriteString("\n")
		case t.spaced && !t.is(";"):
			b.WriteByte(' ')
		}
		b.WriteString(text)
		if fresh = t.is(";") && level == 0; fresh {
			b.WriteByte('\n')
		}
	}
	return strings.TrimSuffix(b.String(), "\n"), nil
}
