package esql

import (
	"casebook/engine/column"
	"casebook/engine/plan"
)

// tstep groups the table's time in steps that are counted from the beginning of a range, and names each by its end. Its range is UTC's,
// whatever SET time_zone says.
func (l *lowerer) tstep(c *call) plan.Expr {
	args, ok := l.args(c)
	t := l.timeColumn(c)
	switch {
	case !ok || t == nil:
		return nil
	case len(args) == 1:
		_ = l.fail(c.at, "TSTEP without a range is not supported: its steps begin where the range of the request does").WithHint(`give both ends: TSTEP(1 hour, "2026-01-01", "2026-01-02")`)
		return nil
	case len(args) != 3:
		l.fail(c.at, "TSTEP takes 3 arguments, the length of a step or how many, and the two ends of a range, found %d", len(args))
		return nil
	}
	if n, ok := args[0].(*plan.Lit); ok && isNumber(n.Value.Type) && n.Value.Type != column.Double && !n.Value.IsNull(0) && n.Value.Ints[0] <= 0 {
		l.fail(n.At, "TSTEP makes 1 step or more, found %d", n.Value.Ints[0])
		return nil
	}
	defer func(zone string) { l.zone = zone }(l.zone)
	l.zone = ""
	for i := 1; i < 3; i++ {
		if isLiteralText(args[i]) {
			if args[i] = l.literalAs(args[i], column.Time); args[i] == nil {
				return nil
			}
		}
	}
	return l.apply("$step", "tstep", c.at, c.nameAt, append(args, t))
}
