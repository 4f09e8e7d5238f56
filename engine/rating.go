package engine

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"casebook/engine/column"
)

// Rating says how a row of a rule makes its alert more or less severe and risky than the rule says.
type Rating struct {
	Severities []SeverityOf
	// SeverityColumn names a column whose text is a severity.
	SeverityColumn string
	// RiskColumns name columns that hold a risk; the first that makes sense counts.
	RiskColumns []string
}

// SeverityOf is the severity of alerts whose column has a value; of several that hold, the highest counts.
type SeverityOf struct {
	Column, Value string
	Severity      Severity
}

// Rate is how severe and how risky a hit is. What is empty in its row or makes no sense leaves what the rule says.
func (r *Rule) Rate(h *Hit) (Severity, int) {
	severity, risk, highest := r.Severity, r.Risk, -1
	for _, m := range r.Rating.Severities {
		if rank := m.Severity.Rank(); rank > highest && slices.Contains(h.Texts(m.Column), m.Value) {
			highest, severity = rank, m.Severity
		}
	}
	if name := r.Rating.SeverityColumn; name != "" {
		for _, value := range h.Texts(name) {
			if s := Severity(strings.ToLower(value)); s.Rank() >= 0 {
				severity = s
			}
		}
	}
	for _, name := range r.Rating.RiskColumns {
		if list := h.Texts(name); len(list) == 1 {
			if n, err := strconv.ParseFloat(list[0], 64); err == nil && n >= 0 && n <= 100 {
				return severity, int(n)
			}
		}
	}
	return severity, risk
}

// Texts are the values of a hit's column as a person reads them; none when it is null or not there.
func (h *Hit) Texts(name string) []string {
	for i, c := range h.Columns {
		if c.Name != name || h.Row[i] == nil {
			continue
		}
		values, many := h.Row[i].([]any)
		if !many {
			values = []any{h.Row[i]}
		}
		var list []string
		for _, v := range values {
			if text := textOf(c.Type, v); text != "" {
				list = append(list, text)
			}
		}
		return list
	}
	return nil
}

func textOf(t column.Type, v any) string {
	if n, ok := v.(int64); ok && (t == column.Time || t == column.Nanos) {
		if t == column.Nanos {
			n = column.FromNanos(n)
		}
		v = column.Ticks(n)
	}
	if at, ok := v.(column.Ticks); ok {
		return column.ToTime(int64(at)).Format("2006-01-02T15:04:05.000Z")
	}
	return fmt.Sprint(v)
}
