package function

import (
	"slices"
	"strings"

	"casebook/engine/column"
)

// The rows of KQL. Rules for all of them: a string is never null, so what makes strings makes "" of nothing; a dynamic
// value that is JSON null is a null row; a function of a null is null unless its row says otherwise. Rows are always given
// nulls (Row.Nulls), since most need to make "" or false of them; the kernels skip them where nothing else is said.

// Signature is what a KQL function takes and gives.
type Signature struct {
	Args []Param
	// Result is a type's name, or: same (the first argument's type), promoted (same, but long for int), widest (of the
	// numbers), common (of the arguments of kind common).
	Result string
	// Naming is how an unnamed column is called after a call: "" for ColumnN, first for the first argument's name,
	// name for name_argument, prefix:x for x_argument, only for the only argument's name, is:x for x.
	Naming string
}

// ParamKind is what an argument of a KQL function may be.
type ParamKind string

// Param is one parameter. Kind is a type's name, or: scalar, text (string or dynamic), number, integer, summable, orderable,
// whole (int or long as it is), notdynamic, array and bag (dynamic), codepoints (integer or dynamic), common, alike (common, and dynamic
// only beside dynamic), commonorder (and not dynamic).
type Param struct {
	Kind               ParamKind
	Constant, Optional bool
	Repeats            bool
}

// signature reads "name(kind, kind!, kind?, kind...) result =naming": ! for a constant, ? for an argument that may be left
// out, … for one that repeats.
func signature(text string) (string, *Signature) {
	name, rest, _ := strings.Cut(text, "(")
	args, rest, _ := strings.Cut(rest, ") ")
	result, naming, _ := strings.Cut(rest, " =")
	s := &Signature{Result: result, Naming: naming}
	for _, a := range strings.Split(args, ", ") {
		if a == "" {
			continue
		}
		var arg Param
		for {
			if cut, ok := strings.CutSuffix(a, "..."); ok {
				arg.Repeats, a = true, cut
			} else if cut, ok := strings.CutSuffix(a, "?"); ok {
				arg.Optional, a = true, cut
			} else if cut, ok := strings.CutSuffix(a, "!"); ok {
				arg.Constant, a = true, cut
			} else {
				break
			}
		}
		arg.Kind = ParamKind(a)
		s.Args = append(s.Args, arg)
	}
	return name, s
}

// scalarRow is a row of KQL.
func scalarRow(sig, doc string, eval Eval) *Row {
	name, s := signature(sig)
	return &Row{Name: name, Doc: doc, Signature: s, Nulls: true, Eval: eval}
}

// operatorRow is a row that only the binder calls, for an operator or a step of its own making.
func operatorRow(name, doc string, eval Eval) *Row {
	return &Row{Name: name, Doc: doc, Nulls: true, Eval: eval}
}

// texts makes "" of null, for functions that give a string.
func texts(eval Eval) Eval {
	return func(env *Env, args []*column.Vector, n int) (*column.Vector, error) {
		v, err := eval(env, args, n)
		if err != nil {
			return nil, err
		}
		return fillBlanks(v), nil
	}
}

// blank is a vector of strings with "" for null.
func fillBlanks(v *column.Vector) *column.Vector {
	if v.Type.Kind() == column.NoKind {
		v = column.NullVector(column.String, v.Len)
	}
	if v.Nulls == nil {
		return v
	}
	r := *v
	r.Nulls, r.Const = nil, false
	r.Codes = slices.Clone(v.Codes)
	r.Dict = &column.Dict{Values: append(slices.Clip(slices.Clone(v.Dict.Values)), "")}
	empty := uint32(len(v.Dict.Values))
	for i := range v.Len {
		if v.Nulls.Has(i) {
			r.Codes[i] = empty
		}
	}
	return &r
}

// stopped tells that the query was cancelled, to a loop whose every turn is long.
func stopped(env *Env) error {
	if env.Context != nil {
		return env.Context.Err()
	}
	return nil
}

// tick notices, now and then, that the query was cancelled.
func tick(env *Env, i int) error {
	if i&255 == 255 {
		return stopped(env)
	}
	return nil
}

// cell is a row's value; nil for null.
func cell(v *column.Vector, i int) any {
	if v.IsNull(i) {
		return nil
	}
	return v.At(i)
}

// put appends a value that a function gave; strings have no null.
func put(b *column.Builder, t column.Type, x any) {
	switch {
	case x == nil && t == column.String:
		b.Str("")
	case x == nil:
		b.Null()
	case t == column.Dynamic:
		b.Any(x)
	default:
		b.Value(x)
	}
}
