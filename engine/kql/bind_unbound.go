package kql

import (
	"casebook/engine/function"
	"casebook/engine/syntax"
)

// unbound looks at operators behind a table that is not there or could not be bound: nothing is known of their columns, but
// which functions there are is known all the same.
func (b *binder) unbound(s *scope, ops []op) {
	if len(ops) == 0 {
		return
	}
	span := ops[0].place().To(ops[len(ops)-1].place())
	for _, c := range b.calls {
		if c.nameAt.Start < span.Start || c.nameAt.End > span.End || b.known(s, c) {
			continue
		}
		at := len(b.errs)
		if b.unknownCall(c); b.told(c.nameAt, at) {
			b.errs = b.errs[:at]
		} else {
			b.notThere(b.errs[at], "") // a fuzzy union leaves it out with its table
		}
	}
}

// known tells whether a call is of something that there is, or may be: plugins are no functions, and parsers of ASIM and
// watchlists are tables of somebody else.
func (b *binder) known(s *scope, c *call) bool {
	rows := rowsOf(c)
	return s.find(c.name) != nil || special[c.name] || len(rows) > 0 && rows[0].Signature != nil || function.Lookup(function.KQL, c.name+" values") != nil ||
		plugins[c.name] != nil || outsidePlugins[c.name] != "" || c.name == "_GetWatchlist" || asim.MatchString(c.name)
}

// told tells whether one of the first mistakes is at a place.
func (b *binder) told(at syntax.Span, first int) bool {
	for _, e := range b.errs[:first] {
		if e.Span == at {
			return true
		}
	}
	return false
}
