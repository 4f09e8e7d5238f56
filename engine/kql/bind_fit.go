package kql

import (
	"fmt"
	"strconv"
	"strings"

	"casebook/engine/column"
	"casebook/engine/function"
	"casebook/engine/plan"
	"casebook/engine/syntax"
)

// How the arguments of a call fit the signature of a function.

// overload is the first row that takes the arguments, or why those that took most of them do not.
func (b *binder) overload(x *call, rows []*function.Row, args []plan.Expr) (*plan.Call, *syntax.Error) {
	var furthest *syntax.Error
	var wants []string
	for _, texts := range []bool{false, true} {
		for _, row := range rows {
			c, want, err := b.match(x, row, args, texts)
			if err == nil {
				return c, nil
			}
			if furthest == nil || err.Span.Start > furthest.Span.Start {
				furthest, wants = err, nil
			}
			if err.Span == furthest.Span && want != "" && !has(wants, want) {
				wants = append(wants, want)
			}
		}
	}
	if n := len(wants); n > 1 {
		_, found, _ := strings.Cut(furthest.Message, "here, ")
		furthest.Message = fmt.Sprintf("the function '%s' wants %s or %s here, %s", x.name, strings.Join(wants[:n-1], ", "), wants[n-1], found)
	}
	return nil, furthest
}

// match fits arguments to a row: what it takes, or what it wants of an argument that does not fit, and why it does not.
func (b *binder) match(x *call, row *function.Row, args []plan.Expr, texts bool) (*plan.Call, string, *syntax.Error) {
	sig := row.Signature
	least, most := arity(sig)
	if len(args) < least || (most >= 0 && len(args) > most) {
		return nil, "", syntax.Errorf(b.file, x.span, "the function '%s' wants %s, found %d", x.name, counted(least, most), len(args))
	}
	if n := blockOf(sig); n > 1 && (len(args)-len(sig.Args))%n != 0 {
		e := syntax.Errorf(b.file, x.span, "the function '%s' takes arguments by %ds, and found %d", x.name, n, len(args))
		if len(sig.Args) > n {
			e.WithHint("%d at a time, and %d more", n, len(sig.Args)-n)
		}
		return nil, "", e
	}
	fitted := make([]plan.Expr, len(args))
	for i, a := range args {
		p := sig.Args[paramOf(sig, i, len(args))]
		if texts && a.Type() == column.Dynamic && p.Kind == "string" {
			a = b.cast(a, column.String, false)
		}
		f, want := b.fit(a, p.Kind)
		if want != "" {
			e := syntax.Errorf(b.file, x.args[i].x.place(), "the function '%s' wants %s here, found %s", x.name, want, typeWord(a.Type()))
			writeType(e, p.Kind, a)
			return nil, want, e
		}
		if p.Constant {
			if _, ok := constant(f); !ok {
				return nil, "", syntax.Errorf(b.file, x.args[i].x.place(), "the function '%s' wants a constant here", x.name)
			}
		}
		fitted[i] = f
	}
	t, ok := b.result(sig, fitted)
	if !ok {
		return nil, "", syntax.Errorf(b.file, x.span, "the arguments of '%s' have no type in common", x.name)
	}
	if check := checks[x.name]; check != nil {
		if i, problem := check(fitted); problem != "" {
			return nil, "", syntax.Errorf(b.file, x.args[i].x.place(), "%s", problem)
		}
	}
	return &plan.Call{Func: row, Args: fitted, T: t, At: x.span}, "", nil
}

func arity(sig *function.Signature) (least, most int) {
	for _, a := range sig.Args {
		if a.Repeats {
			most = -1
		}
		if !a.Optional {
			least++
		}
	}
	if most == 0 {
		most = len(sig.Args)
	}
	return least, most
}

// blockOf is how many parameters repeat together.
func blockOf(sig *function.Signature) int {
	n := 0
	for _, a := range sig.Args {
		if a.Repeats {
			n++
		}
	}
	return n
}

func counted(least, most int) string {
	switch {
	case most < 0:
		return plural(least) + " or more"
	case least == most:
		return plural(least)
	}
	return strconv.Itoa(least) + " to " + plural(most)
}

func plural(n int) string {
	if n == 1 {
		return "1 argument"
	}
	return strconv.Itoa(n) + " arguments"
}

// paramOf is the parameter that argument i of n is for; repeated ones repeat as a group.
func paramOf(sig *function.Signature, i, n int) int {
	first, last := -1, -1
	for k, a := range sig.Args {
		if a.Repeats {
			if first < 0 {
				first = k
			}
			last = k
		}
	}
	if first < 0 || i < first {
		return i
	}
	after := len(sig.Args) - 1 - last
	if i >= n-after {
		return len(sig.Args) - (n - i)
	}
	return first + (i-first)%(last-first+1)
}

// fit converts an argument to its kind, or says what is wanted.
func (b *binder) fit(x plan.Expr, kind function.ParamKind) (plan.Expr, string) {
	t := x.Type()
	if want, ok := typeWords[string(kind)]; ok {
		switch {
		case t == want:
			return x, ""
		case want == column.Double && isNumber(t), want == column.Long && t == column.Int, want == column.Decimal && isNumber(t):
			return b.cast(x, want, false), ""
		case want == column.Int && t == column.Long:
			return b.cast(x, want, false), ""
		case want == column.String && t == column.Dynamic && litNull(x):
			return b.cast(x, want, false), ""
		}
		return nil, "a " + typeWord(want)
	}
	switch kind {
	case "scalar", "common", "alike":
		return x, ""
	case "commonorder":
		if t == column.Dynamic {
			return nil, "a value that has an order"
		}
		return x, ""
	case "asstring":
		return b.cast(x, column.String, false), ""
	case "text":
		if t == column.String {
			return x, ""
		}
		if t == column.Dynamic {
			return x, ""
		}
		return nil, "a string"
	case "number":
		if isNumber(t) {
			return x, ""
		}
		return nil, "a number"
	case "isbool":
		if t == column.Bool {
			return x, ""
		}
		return nil, "a boolean"
	case "isdecimal":
		if t == column.Decimal {
			return x, ""
		}
		return nil, "a number"
	case "integer":
		if t == column.Long || t == column.Int {
			return b.cast(x, column.Long, false), ""
		}
		return nil, "a whole number"
	case "whole":
		if t == column.Long || t == column.Int {
			return x, ""
		}
		return nil, "a whole number"
	case "summable":
		if isNumber(t) || t == column.Time || t == column.Duration {
			return x, ""
		}
		return nil, "a number, datetime or timespan"
	case "orderable":
		if t != column.Dynamic && t != column.GUID {
			return x, ""
		}
		return nil, "a value that has an order"
	case "notdynamic":
		if t != column.Dynamic {
			return x, ""
		}
		return nil, "a value that is not dynamic"
	case "codepoints":
		if t == column.Dynamic || t == column.Long {
			return x, ""
		}
		if t == column.Int {
			return b.cast(x, column.Long, false), ""
		}
		return nil, "a whole number or an array of them"
	case "array", "bag":
		if t == column.Dynamic {
			return x, ""
		}
		return nil, "a dynamic " + string(kind)
	}
	return nil, string(kind)
}

// result is the type that a call gives; arguments of kind common are brought to their common type.
func (b *binder) result(sig *function.Signature, args []plan.Expr) (column.Type, bool) {
	switch sig.Result {
	case "same":
		return args[0].Type(), true
	case "promoted":
		return atLeastLong(args[0].Type()), true
	case "widest":
		t := args[0].Type()
		for _, a := range args[1:] {
			if isNumber(a.Type()) {
				t = wider(t, a.Type())
			}
		}
		if t == column.Int {
			t = column.Long
		}
		for i, a := range args {
			if isNumber(a.Type()) {
				args[i] = b.cast(a, t, false)
			}
		}
		return t, true
	case "common":
		return b.common(sig, args)
	}
	t, ok := typeWords[sig.Result]
	return t, ok
}

func (b *binder) common(sig *function.Signature, args []plan.Expr) (column.Type, bool) {
	t, seen := column.Null, false
	strict, dynamic := false, 0
	for i, a := range args {
		p := sig.Args[paramOf(sig, i, len(args))]
		if p.Kind == "commonorder" || p.Kind == "alike" {
			strict = true
		} else if p.Kind != "common" {
			continue
		}
		switch s := a.Type(); {
		case s == column.Dynamic:
			dynamic++
		case !seen:
			t, seen = s, true
		case s == t:
		case isNumber(s) && isNumber(t):
			t = wider(s, t)
		default:
			if strict {
				return 0, false
			}
			t = column.Dynamic
		}
	}
	if strict && seen && dynamic > 0 {
		return 0, false
	}
	if !seen {
		t = column.Dynamic
	}
	for i, a := range args {
		p := sig.Args[paramOf(sig, i, len(args))]
		if p.Kind == "common" || p.Kind == "commonorder" || p.Kind == "alike" {
			args[i] = b.cast(a, t, false)
		}
	}
	return t, true
}
