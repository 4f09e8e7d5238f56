package esql

import (
	"slices"
	"strings"

	"casebook/engine/plan"
	"casebook/engine/syntax"
)

// keyName is the name of a key: a column's own, or else as for any field.
func (l *lowerer) keyName(f field) string {
	if r, ok := f.value.(*ref); ok && f.name == nil {
		return r.name
	}
	return l.fieldName(f)
}

// lastKey is where the last key of a name stands: it is the one that counts.
func (l *lowerer) lastKey(by []field, name string) (at syntax.Span) {
	for _, f := range by {
		if l.keyName(f) == name {
			at = f.at
		}
	}
	return at
}

// keys lowers BY: the grouping columns, those that are not columns of the input being added to it.
func (l *lowerer) keys(in plan.Node, c *stats) (plan.Node, []scoped) {
	var keys, made []scoped
	var exprs []plan.Expr
	for _, f := range c.by {
		l.grouping = true
		if r, ok := f.value.(*ref); ok {
			l.instead = madeHere(c, r.name)
		}
		e := l.expr(f.value)
		l.grouping, l.instead = false, ""
		name := l.keyName(f)
		k := l.scopedCopy(name, e)
		if e != nil && isSpan(e.Type()) {
			l.fail(f.at, "cannot group by a value of type %s", e.Type())
			k.broken = true
		}
		if last := l.lastKey(c.by, name); last != f.at {
			l.shadowed(name, f.at, last)
		}
		keys = slices.DeleteFunc(keys, func(other scoped) bool { return other.name == name })
		keys = append(keys, k)
		if col, ok := e.(*plan.Col); ok && col.Name == name {
			continue
		}
		if i := slices.IndexFunc(made, func(other scoped) bool { return other.name == name }); i >= 0 {
			made, exprs = slices.Delete(made, i, i+1), slices.Delete(exprs, i, i+1)
		}
		made, exprs = append(made, k), append(exprs, e)
	}
	if len(made) == 0 {
		return in, keys
	}
	all, kept := l.without(made, c.at)
	return l.project(in, c.at, append(all, exprs...), l.scope.with(append(kept, made...)), true), keys
}

// madeHere is a hint for a name that a STATS gives to what it computes and that is used in the same one; "" for others.
func madeHere(c *stats, name string) string {
	if slices.ContainsFunc(c.aggs, func(f field) bool { return f.name != nil && f.name.text == name }) {
		return name + " is what this STATS computes: use it in a command behind"
	}
	return ""
}

// twins says of each key which earlier one groups by the same column under another name, or -1: as in the vendor's engine a
// row is in the groups of that column's values then, not in those of every pair of them.
func twins(keys []scoped) []int {
	out := make([]int, len(keys))
	for i, k := range keys {
		out[i] = -1
		if k.same != 0 {
			if j := slices.IndexFunc(keys[:i], func(other scoped) bool { return other.same == k.same }); j >= 0 {
				out[i] = j
			}
		}
	}
	return out
}

// grouping are the functions that only group.
var grouping = map[string]bool{"bin": true, "bucket": true, "tbucket": true, "tstep": true}

// group is the key behind BY that a call of a grouping function repeats.
func (l *lowerer) group(c *call) (key string, ok bool) {
	if l.aggs == nil || l.aggs.inside || !grouping[strings.ToLower(c.name)] {
		return "", false
	}
	for _, f := range l.aggs.by {
		if by, ok := f.value.(*call); ok && alike(by, c) {
			return l.keyName(f), true
		}
	}
	return "", false
}

// grouper tells whether a grouping function can stand where it does: behind BY, and not in another one.
func (l *lowerer) grouper(c *call) bool {
	if !l.grouping && !l.grouped(c) {
		_ = l.fail(c.nameAt, "%s groups, and belongs behind BY", strings.ToUpper(c.name)).WithHint("DATE_TRUNC rounds a date anywhere")
		return false
	}
	alone := true
	for _, a := range c.args {
		walk(a, func(e expr) {
			if inner, ok := e.(*call); ok && alone && grouping[strings.ToLower(inner.name)] {
				alone = false
				l.fail(inner.nameAt, "%s cannot stand in %s: both group", strings.ToUpper(inner.name), strings.ToUpper(c.name))
			}
		})
	}
	return alone
}

// grouped tells whether a call within an aggregate stands somewhere behind BY, too.
func (l *lowerer) grouped(c *call) bool {
	found := false
	for i := 0; l.aggs != nil && l.aggs.inside && i < len(l.aggs.by); i++ {
		walk(l.aggs.by[i].value, func(e expr) {
			by, ok := e.(*call)
			found = found || ok && alike(by, c)
		})
	}
	return found
}

// alike tells whether two calls are written alike, but for spaces, brackets and the function's capitals.
func alike(a, b *call) bool {
	return strings.EqualFold(a.name, b.name) && slices.EqualFunc(a.args, b.args, func(x, y expr) bool { return print(x) == print(y) })
}

// walkOutside calls f for the columns named outside of aggregate calls and of groups.
func (l *lowerer) walkOutside(e expr, f func(*ref)) {
	skip := map[expr]bool{}
	walk(e, func(x expr) {
		if c, ok := x.(*call); ok && l.leavesInput(c) {
			for _, a := range append(slices.Clone(c.args), c.by) {
				walk(a, func(inner expr) { skip[inner] = true })
			}
		}
		if r, ok := x.(*ref); ok && !skip[x] {
			f(r)
		}
	})
}

// leavesInput tells whether what stands in a call need not be keys.
func (l *lowerer) leavesInput(c *call) bool {
	_, repeated := l.group(c)
	return repeated || isAggregate(c) || isRefused(c) || !isFunction(c.name)
}
