// Package esql reads ES|QL: it lexes and parses a query's text, and lowers it to a bound plan.
//
// The tree in this file is what the parser makes of a text: nothing is looked up yet, and every part knows its place.
package esql

import (
	"strings"

	"casebook/engine/column"
	"casebook/engine/syntax"
)

// query is a pipeline: a source command and what is done to its rows.
type query struct {
	settings []setting
	commands []command
}

// setting is one "SET name = value;" before the query.
type setting struct {
	name  string
	value expr
	at    syntax.Span
}

// command is one stage. The set is closed: the types below, alphabetical.
type command interface{ span() syntax.Span }

type place struct{ at syntax.Span }

func (p place) span() syntax.Span { return p.at }

type (
	dedup   struct{ place }
	dissect struct {
		place
		input     expr
		pattern   *literal
		separator *literal // APPEND_SEPARATOR; nil for none
	}
	drop struct {
		place
		names []namePattern
	}
	eval struct {
		place
		fields []field
	}
	fork struct {
		place
		branches []*query
	}
	from struct {
		place
		sources    []source
		subqueries []*query
		metadata   []name
	}
	grok struct {
		place
		input    expr
		patterns []*literal
	}
	keep struct {
		place
		names []namePattern
	}
	limit struct {
		place
		count expr
		by    []expr
	}
	lookup struct {
		place
		table source
		on    []name
		cond  expr // in place of names; nil for none
	}
	enrich struct {
		place
		table source
		on    *name // nil for the column that is called as the table's key
		with  []enriched
	}
	mvExpand struct {
		place
		name name
	}
	parts struct { // URI_PARTS and REGISTERED_DOMAIN
		place
		command string
		prefix  name
		input   expr
	}
	rename struct {
		place
		pairs []renaming
	}
	row struct {
		place
		fields []field
	}
	sortBy struct {
		place
		keys []sortKey
	}
	stats struct {
		place
		inline bool
		aggs   []field
		by     []field
	}
	where struct {
		place
		cond expr
	}
)

// source is one name in FROM.
type source struct {
	place
	name string
}

// name is a column's name, its dots and backticks resolved.
type name struct {
	place
	text string
}

// namePattern is a name in which unquoted asterisks stand for anything: the pieces of text around them.
type namePattern struct {
	place
	pieces []string
}

// exact tells whether the pattern has no asterisk.
func (p namePattern) exact() bool { return len(p.pieces) == 1 }

// all tells whether the pattern is a lone asterisk.
func (p namePattern) all() bool { return len(p.pieces) == 2 && p.pieces[0] == "" && p.pieces[1] == "" }

func (p namePattern) matches(s string) bool {
	if p.exact() {
		return s == p.pieces[0]
	}
	if !strings.HasPrefix(s, p.pieces[0]) {
		return false
	}
	s = s[len(p.pieces[0]):]
	last := len(p.pieces) - 1
	for _, piece := range p.pieces[1:last] {
		i := strings.Index(s, piece)
		if i < 0 {
			return false
		}
		s = s[i+len(piece):]
	}
	return strings.HasSuffix(s, p.pieces[last])
}

// field is an expression with the name it is given, or none.
type field struct {
	place
	name  *name
	value expr
	where expr // of an aggregate; nil for none
}

// renaming is one "old AS new".
type renaming struct{ old, new name }

// enriched is a column of the table of ENRICH, and what it is called behind it.
type enriched struct {
	place
	field, as name
}

type sortKey struct {
	place
	value expr
	desc  bool
	nulls nullOrder
}

// nullOrder is what SORT says about nulls.
type nullOrder uint8

const (
	nullsUnsaid nullOrder = iota
	nullsFirst
	nullsLast
)

// expr is an expression. The set is closed: the types below, alphabetical.
type expr interface{ span() syntax.Span }

type (
	array struct { // [1, 2]
		place
		items []*literal
	}
	binary struct {
		place
		op          string // + - * / % == != < <= > >= AND OR, and ":" for a match
		left, right expr
	}
	call struct {
		place
		name    string
		nameAt  syntax.Span
		star    bool
		args    []expr
		options []option
		by      expr // FIRST(x BY y)
	}
	cast struct {
		place
		value  expr
		to     string
		typeAt syntax.Span
	}
	in struct {
		place
		value expr
		list  []expr
		query *query // in place of a list; nil for none
		not   bool
	}
	isNull struct {
		place
		value expr
		not   bool
	}
	like struct {
		place
		value    expr
		patterns []*literal
		computed expr // a pattern that is no constant of the text; nil for patterns
		list     bool
		regex    bool
		not      bool
	}
	literal struct {
		place
		value *column.Vector // Len 1; of type Null for null
		// count and unit are what "5 minutes" was written with; its value is a Duration or a Period.
		count int64
		unit  string
	}
	parameter struct {
		place
		name string
	}
	ref struct {
		place
		name string
	}
	unary struct {
		place
		op    string // - + NOT
		value expr
	}
)

// option is one entry of a function's map: {"boost": 2}.
type option struct {
	key   string
	value *literal
	place
}

func (l *literal) str() (string, bool) {
	if l.value.Type != column.String || l.value.Offsets != nil {
		return "", false
	}
	return l.value.Str(0), true
}
