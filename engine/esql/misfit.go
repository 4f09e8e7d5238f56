package esql

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"casebook/engine/column"
	"casebook/engine/function"
	"casebook/engine/plan"
	"casebook/engine/syntax"
)

// What is said of a call whose arguments its function does not take.

// noFit says why no row of a function takes these arguments.
func (l *lowerer) noFit(rows []*function.Row, name string, at syntax.Span, args []plan.Expr, types []column.Type, literal []*written) {
	name = strings.ToUpper(name)
	furthest, counted := -1, false
	for _, r := range rows {
		if _, bad := fitting(r, types, literal); bad >= 0 {
			furthest, counted = max(furthest, bad), true
		}
	}
	if !counted {
		if e := l.fail(at, "%s takes %s, found %d", name, arity(rows), len(types)); usage(name) != "" {
			_ = e.WithHint("it is called %s", usage(name))
		}
		return
	}
	var want []string
	least := never
	for _, r := range rows {
		if cost, bad := fitting(r, types, literal); cost == never && bad == furthest {
			mended := slices.Clone(types)
			mended[furthest] = wanted(r, bad, len(args))
			cost, _ := fitting(r, mended[:max(furthest+1, len(r.Params)-r.Optional)], literal)
			if cost < least { // the rows that the arguments before it mean
				least, want = cost, nil
			}
			if t := mended[furthest].String(); cost == least && !slices.Contains(want, t) {
				want = append(want, t)
			}
		}
	}
	e := l.fail(args[furthest].Span(), "argument %d of %s must be %s, found %s", furthest+1, name, strings.Join(want, " or "), types[furthest])
	if len(args) == 2 && slices.ContainsFunc(rows, func(r *function.Row) bool {
		_, bad := fitting(r, []column.Type{types[1], types[0]}, []*written{literal[1], literal[0]})
		return bad == 0 && len(r.Params) == 2 && sameKind(types[1], r.Params[0]) && sameKind(types[0], r.Params[1])
	}) {
		_ = e.WithHint("the two arguments stand the other way round")
		return
	}
	_, named := args[furthest].(*plan.Col)
	switch reader := readers[strings.Join(want, " ")]; {
	case reader != "" && sameText(types[furthest], column.String) && !isLiteralText(args[furthest]):
		_ = e.WithHint("read the text: %s(%s)", reader, l.file.Slice(args[furthest].Span()))
	case types[furthest] == column.IP && name == "STARTS_WITH":
		_ = e.WithHint("addresses are held against blocks of them: CIDR_MATCH(%s, \"10.0.0.0/8\")", l.file.Slice(args[furthest].Span()))
	case usage(name) != "" && len(args) > 1:
		_ = e.WithHint("it is called %s", usage(name))
	case len(want) == 1 && want[0] == "keyword" && named:
		_ = e.WithHint("as a text it is written TO_STRING(%s)", l.file.Slice(args[furthest].Span()))
	}
}

// readers are the functions that read texts as what is wanted.
var readers = map[string]string{
	"boolean": "TO_BOOLEAN", "date": "TO_DATETIME", "date date_nanos": "TO_DATETIME", "integer long double": "TO_DOUBLE", "ip": "TO_IP",
	"integer long double unsigned_long": "TO_DOUBLE", "geo_point": "TO_GEOPOINT", "integer": "TO_INTEGER", "version": "TO_VERSION",
}

func sameKind(a, b column.Type) bool { return a == b || sameText(a, b) }

// checkConstant tells whether a function knows a word that is given to it in the text.
func (l *lowerer) checkConstant(name, shown string, i int, s string, at syntax.Span) bool {
	words := function.Words(name, i)
	if words == nil || slices.ContainsFunc(words, func(w string) bool { return strings.EqualFold(w, s) }) {
		return true
	}
	e := l.fail(at, "%s does not know %q", strings.ToUpper(shown), s)
	if near := nearest(strings.ToLower(s), words); near != "" {
		_ = e.WithHint("did you mean %q?", near)
	} else if longer := slices.DeleteFunc(slices.Clone(words), func(w string) bool { return !strings.HasPrefix(w, strings.ToLower(s)+"_") }); len(longer) > 0 {
		_ = e.WithHint("did you mean %s?", strings.Join(longer, " or "))
	} else if len(words) <= 12 {
		_ = e.WithHint("it knows %s", strings.Join(words, ", "))
	}
	return false
}

// arity says how many arguments a function takes.
func arity(rows []*function.Row) string {
	least, most := math.MaxInt, 0
	for _, r := range rows {
		least, most = min(least, len(r.Params)-r.Optional), max(most, len(r.Params))
		if r.Variadic {
			most = math.MaxInt
		}
	}
	switch {
	case most == math.MaxInt:
		return fmt.Sprintf("%d or more arguments", least)
	case least == most && least == 1:
		return "1 argument"
	case least == most:
		return fmt.Sprintf("%d arguments", least)
	}
	return fmt.Sprintf("%d to %d arguments", least, most)
}
