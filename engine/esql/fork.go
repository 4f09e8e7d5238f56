package esql

import (
	"fmt"
	"slices"

	"casebook/engine/column"
	"casebook/engine/plan"
)

// forkColumn says which branch of a FORK a row is from: fork1, fork2 and so on.
const forkColumn = "_fork"

// fork runs branches over one input and puts their rows one after the other. The columns are those of the first branch, then
// what the others have besides; a branch has null for those that it lacks.
func (l *lowerer) fork(in plan.Node, c *fork) plan.Node {
	before := l.scope
	shared := &plan.Shared{Base: plan.Base{Out: in.Schema(), At: c.at, Hidden: true}, Name: "fork", Input: in}
	union := &plan.Union{}
	all := &scope{gone: map[string]bool{}, time: before.time}
	var scopes []*scope
	for i, branch := range c.branches {
		l.scope = before
		var n plan.Node = shared
		for _, command := range branch.commands {
			n = l.command(n, command)
			l.passed(command)
		}
		mark := scoped{name: forkColumn, typ: column.String}
		exprs, kept := l.without([]scoped{mark}, c.at)
		exprs = append(exprs, &plan.Lit{Value: oneString(fmt.Sprintf("fork%d", i+1)), At: c.at})
		union.Inputs = append(union.Inputs, l.project(n, c.at, exprs, l.scope.with(append(kept, mark)), true))
		scopes = append(scopes, l.scope)
		all.open, all.guess = all.open || l.scope.open, all.guess || l.scope.guess
		for _, col := range l.scope.columns {
			l.merge(all, col, c, i)
		}
	}
	for _, s := range scopes {
		places := make([]int, len(all.columns))
		for i, col := range all.columns {
			places[i] = s.find(col.name)
		}
		union.Sources = append(union.Sources, places)
	}
	union.Base = plan.Base{Out: all.schema(), At: c.at}
	l.scope = all
	return union
}

// merge adds a column of a branch to those that there are; equal names must be of one type.
func (l *lowerer) merge(all *scope, col scoped, c *fork, branch int) {
	at := slices.IndexFunc(all.columns, func(other scoped) bool { return other.name == col.name })
	if at < 0 {
		col.same = 0 // in other branches it may be another
		all.columns = append(all.columns, col)
		return
	}
	known := &all.columns[at]
	switch {
	case known.broken || col.broken:
		known.broken = true
	case known.typ == column.Null || sameText(known.typ, col.typ):
		known.typ = col.typ
	case col.typ != column.Null && col.typ != known.typ:
		known.broken = true
		_ = l.fail(c.at, "the branches of FORK give %s different types: %s before, %s in branch %d", col.name, known.typ, col.typ, branch+1).
			WithHint("rename or convert it in one of them")
	}
}
