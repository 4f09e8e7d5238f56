package esql

import (
	"regexp"
	"slices"
	"strings"

	"casebook/engine/column"
	"casebook/engine/plan"
	"casebook/engine/syntax"
)

// Elastic's templates index some texts more than once: process.name.caseless is process.name in small letters, and
// process.command_line.text is process.command_line by its words. No document says these fields, and queries name them like any other, so
// a table that was found in documents has those that a query names.

var subfieldName = regexp.MustCompile(`[A-Za-z_][\w.]*\.(?:caseless|text)\b`)

// subfields are the columns that a query names beside those of a table's documents, and what they are.
func (l *lowerer) subfields(t *plan.Table, s *scope, at syntax.Span) (exprs []plan.Expr, columns []scoped) {
	if !t.Found {
		return nil, nil
	}
	names := subfieldName.FindAllString(l.file.Text, -1)
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		dot := strings.LastIndexByte(name, '.')
		i := s.find(name[:dot])
		if i < 0 || s.columns[i].typ != column.String || s.find(name) >= 0 {
			continue
		}
		x := s.col(i, at)
		if name[dot:] == ".caseless" {
			row := rowsFor("to_lower", column.String)[0]
			x = &plan.Call{Func: row, Args: []plan.Expr{x}, T: row.Returns, At: at, Place: l.place(at)}
			l.notice("%s is taken as %s in small letters, as Elastic indexes it", name, name[:dot])
		} else {
			l.notice("%s is taken as %s, as Elastic indexes it", name, name[:dot])
		}
		exprs, columns = append(exprs, x), append(columns, scoped{name: name, typ: column.String})
	}
	return exprs, columns
}
