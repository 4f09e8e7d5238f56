package plan

import (
	"casebook/engine/column"
	"casebook/engine/function"
	"casebook/engine/syntax"
)

// Expr is an expression with its type, over the columns of one input. The set is closed:
// Call, Col, Lit, Now, Scalar.
type Expr interface {
	Type() column.Type
	Span() syntax.Span
	expr()
}

// Call applies a function of the table.
type Call struct {
	Func *function.Row
	Args []Expr
	T    column.Type // what this call returns; Func.Returns unless the row is generic
	At   syntax.Span
	// Place is how warnings name the call, in languages whose warnings do.
	Place function.Place
}

// Col is a column of the input, by its place.
type Col struct {
	Index int
	Name  string
	T     column.Type
	At    syntax.Span
}

// Lit is a constant: one row, of any length of values.
type Lit struct {
	Value *column.Vector // Len 1
	At    syntax.Span
	// Absent are the fields that no table has and for want of which this is null, or, in some conditions, false.
	Absent []string
}

// Now is the as-of instant of the run.
type Now struct {
	At syntax.Span
}

// Scalar is the first column of the first row of a table, computed once a run: null (or the empty string, where T is a
// string) when the table has no row. Only KQL makes it (toscalar, in (table)).
type Scalar struct {
	Input Node
	T     column.Type
	At    syntax.Span
}

func (e *Call) Type() column.Type   { return e.T }
func (e *Col) Type() column.Type    { return e.T }
func (e *Lit) Type() column.Type    { return e.Value.Type }
func (e *Now) Type() column.Type    { return column.Time }
func (e *Scalar) Type() column.Type { return e.T }

func (e *Call) Span() syntax.Span   { return e.At }
func (e *Col) Span() syntax.Span    { return e.At }
func (e *Lit) Span() syntax.Span    { return e.At }
func (e *Now) Span() syntax.Span    { return e.At }
func (e *Scalar) Span() syntax.Span { return e.At }

func (*Call) expr()   {}
func (*Col) expr()    {}
func (*Lit) expr()    {}
func (*Now) expr()    {}
func (*Scalar) expr() {}
