package engine

import (
	"slices"
	"strings"
	"unicode"

	"casebook/engine/esql"
	"casebook/engine/function"
	"casebook/engine/kql"
)

// Word is something that a query can be completed with.
type Word struct {
	Text    string
	Command bool   // else a function
	Doc     string // one line: the call's form and what it is
}

// Words are the commands and the functions of a language.
func Words(lang Language) []Word {
	table, names, special := function.ESQL, esql.Commands(), esql.Special()
	if lang == KQL {
		table, names, special = function.KQL, kql.Operators(), kql.Special()
	}
	var words []Word
	for _, name := range names {
		words = append(words, Word{Text: name, Command: true})
	}
	for _, name := range function.Names(table) {
		// Operators are looked up by their symbols.
		if r := rune(name[0]); !unicode.IsLetter(r) {
			continue
		}
		row := function.Lookup(table, name)[0]
		words = append(words, Word{Text: name, Doc: strings.TrimSpace(callForm(row) + "  " + row.Doc)})
	}
	for _, name := range special {
		words = append(words, Word{Text: name})
	}
	slices.SortStableFunc(words, func(a, b Word) int { return strings.Compare(a.Text, b.Text) })
	return slices.CompactFunc(words, func(a, b Word) bool { return a.Text == b.Text && a.Command == b.Command })
}

// callForm is how a function is called: "count(any?)".
func callForm(r *function.Row) string {
	var args []string
	if s := r.Signature; s != nil {
		for _, p := range s.Args {
			args = append(args, string(p.Kind)+mark(p.Optional, "?")+mark(p.Repeats, ", ..."))
		}
		return r.Name + "(" + strings.Join(args, ", ") + ")"
	}
	for i, t := range r.Params {
		args = append(args, t.String()+mark(i >= len(r.Params)-r.Optional, "?"))
	}
	return r.Name + "(" + strings.Join(args, ", ") + mark(r.Variadic, ", ...") + ")"
}

func mark(is bool, sign string) string {
	if is {
		return sign
	}
	return ""
}
