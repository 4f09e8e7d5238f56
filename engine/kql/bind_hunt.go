package kql

import (
	"strings"

	"casebook/engine/column"
	"casebook/engine/plan"
)

// Sentinel's hunting page writes the time range that is chosen on it into a query before it runs, in place of two words. Where no page is,
// the range is the one that it begins with: the day before now.
const (
	huntStart = "{{StartTimeISO}}"
	huntEnd   = "{{EndTimeISO}}"
	huntRange = column.Day
)

// written is a literal text, or the time that it stands for.
func (b *binder) written(r *row, x *literal, value string) plan.Expr {
	var when expr
	switch {
	case value == huntStart:
		when = hunted(x, "ago", named{x: &literal{at: x.at, typ: column.Duration, value: huntRange}})
	case value == huntEnd:
		when = hunted(x, "now")
	case strings.Contains(value, huntStart), strings.Contains(value, huntEnd):
		b.errorf(x.span, "the range of a hunt stands inside of a longer text").WithHint("write todatetime('%s') and todatetime('%s')", huntStart, huntEnd)
		return nil
	default:
		return lit(x.typ, x.value, x.span)
	}
	b.assume("the time range of the hunt is the day before now(), as on a hunting page where none was chosen")
	return b.scalar(r, hunted(x, "tostring", named{x: when}))
}

// hunted is a call of a function where a literal stands.
func hunted(x *literal, name string, args ...named) *call {
	return &call{at: x.at, name: name, nameAt: x.span, args: args}
}
