package kql

import (
	"fmt"
	"slices"

	"casebook/engine/column"
	"casebook/engine/plan"
	"casebook/engine/syntax"
)

// A table of Log Analytics that many services write to, such as AzureDiagnostics, has the columns that came in some row: each is named
// after its type, with _s for a string. Of an open table any such name is a column, and without a value where no event has it.

// endings are what such names end in.
var endings = map[string]column.Type{"_s": column.String, "_g": column.String, "_d": column.Double, "_b": column.Bool, "_t": column.Time}

// endingNames are the columns that a query asks for by such names before it gives the name to something else.
func (b *binder) endingNames() []column.Field {
	var list []column.Field
	seen := map[string]bool{}
	var tokens []token
	for _, part := range texts(b.file) {
		tokens = append(tokens, lex(b.file, part, &syntax.List{})...)
	}
	for i, t := range tokens {
		if t.kind != word && t.kind != quoted || len(t.text) < 3 || seen[t.text] {
			continue
		}
		typ, ok := endings[t.text[len(t.text)-2:]]
		if !ok || i > 1 && tokens[i-1].is(".") && tokens[i-2].text != "$left" && tokens[i-2].text != "$right" {
			continue
		}
		seen[t.text] = true
		if i+1 < len(tokens) && tokens[i+1].is("=") {
			continue
		}
		list = append(list, column.Field{Name: t.text, Type: typ})
	}
	return list
}

// lacking is the value of a column that no event has.
func (b *binder) lacking(f column.Field, at syntax.Span) plan.Expr {
	v := column.NullVector(f.Type, 1)
	if f.Type == column.String {
		one := column.NewBuilder(column.String, 1)
		one.Str("")
		v = one.Vector()
	}
	return &plan.Lit{Value: v, At: at, Absent: []string{f.Name}}
}

// assume tells of what a rule takes for granted, in words that are the same for every rule.
func (b *binder) assume(format string, args ...any) {
	if text := fmt.Sprintf(format, args...); !slices.Contains(b.assumed, text) {
		b.assumed = append(b.assumed, text)
	}
}

// notice tells a person of something, once.
func (b *binder) notice(format string, args ...any) {
	if text := fmt.Sprintf(format, args...); !slices.Contains(b.notices, text) {
		b.notices = append(b.notices, text)
	}
}
