package plan

import "casebook/engine/column"

// Apply runs a body once for each row of its input, or once for each group of rows, and puts the results one after the
// other (KQL mv-apply, partition). Out is the input's columns that Keep names, taken from the group's first row, and then
// the body's columns.
type Apply struct {
	Base
	Input Node
	// Each runs the body for every row; else for every group of rows that are alike in By, in order of appearance.
	Each bool
	By   []Expr
	// Given stands in the body for the rows that it is run for; its schema is the input's.
	Given *Given
	Body  Node
	Keep  []int
	Most  int // groups; 0 for no end
}

// Given is a leaf: the rows that the enclosing Apply hands to its body.
type Given struct{ Base }

// Steps walks an ordered input as a state machine (KQL scan). Out is the input's columns, the declared ones, and, where
// Match is not -1, the id of the match at that place.
type Steps struct {
	Base
	Input    Node
	Declared []column.Field
	Defaults []Expr // of the declared columns, constants; nil for null
	Steps    []Step
	Match    int
}

// Step is one state. Its expressions are over a row made of the current input row, the declared columns as the step so far
// has them, and then, for each step in order, the input's columns and the declared ones of that step's last row.
type Step struct {
	Name   string
	Cond   Expr
	Assign []Assign
	Output StepOutput
}

// Assign gives a declared column, by its place in Declared, a value.
type Assign struct {
	Column int
	Expr   Expr
}

// StepOutput is which rows a step puts out.
type StepOutput uint8

// The outputs: every row that enters the step, only the last one of a match, or none.
const (
	OutputAll StepOutput = iota
	OutputLast
	OutputNone
)
