package guides

import (
	"fmt"
	"strings"
	"time"

	"casebook/engine"
	"casebook/engine/column"
)

// How a step's parameter gets its value. The parameter's name is a field's name as Name writes it: user.id is user_id,
// gen_ai.request.model.id is gen_ai_request_model_id, ActorUser is actoruser. The value comes from the first of:
//
//  1. the alert itself: window_from and window_to (the span of time its rule looked at), alert_time (the tick of its last
//     hit), alert_id, rule_id, entity;
//  2. the alert's row: its columns, also under the name of the event field that a column stands for (Rule.Fields);
//  3. the events behind the alert: every distinct value of the field.
//
// A rule that aggregates drops fields that its guide asks about; the third source gives them back, often with several
// values. They become one multi-value in ES|QL (a step tests them by mv_intersects(field, ?p)) and an array in KQL (declared
// dynamic, tested by in). Values are bound, never written into the text.

// Facts is what an alert gives to the steps of its guide: values by field name.
type Facts map[string][]any

// Name is a field's name as a parameter spells it: lower case, and an underscore for whatever is no letter or digit.
func Name(field string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'A' && r <= 'Z':
			return r + 'a' - 'A'
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			return r
		}
		return '_'
	}, strings.TrimPrefix(field, "@"))
}

// Set gives a name its values, unless it has some: facts are added in order of precedence. Nils and repeats are left out.
func (f Facts) Set(name string, values ...any) {
	name = Name(name)
	if len(f[name]) > 0 {
		return
	}
	seen := map[any]bool{}
	for _, v := range values {
		if at, ok := v.(time.Time); ok {
			v = column.Ticks(column.FromTime(at))
		}
		switch v.(type) {
		case bool, int, int64, uint64, float64, string, column.Ticks, column.Span:
		default:
			continue // nothing, or a bag or an array, which no field can be compared with
		}
		if !seen[v] {
			seen[v] = true
			f[name] = append(f[name], v)
		}
	}
}

// Alert adds what an alert is: the window its rule looked at, and the tick of its last hit, all in ticks.
func (f Facts) Alert(window engine.Window, tick int64) {
	f.Set("window_from", column.Ticks(window.From))
	f.Set("window_to", column.Ticks(window.To))
	f.Set("alert_time", column.Ticks(tick))
}

// Row adds a result row, and its columns again under the names of the event fields they stand for.
func (f Facts) Row(rule *engine.Rule, columns []column.Field, row []any) {
	for i, c := range columns {
		values, ok := row[i].([]any)
		if !ok || c.Type == column.Dynamic {
			values = []any{row[i]}
		}
		values = timed(c.Type, values)
		f.Set(c.Name, values...)
		if field := rule.Fields[c.Name]; field != "" {
			f.Set(field, values...)
		}
	}
}

// timed says of plain numbers that they are instants, where the column says so.
func timed(t column.Type, values []any) []any {
	if t != column.Time && t != column.Nanos {
		return values
	}
	list := make([]any, 0, len(values))
	for _, v := range values {
		n, ok := v.(int64)
		if !ok {
			continue
		}
		if t == column.Nanos {
			n = column.FromNanos(n)
		}
		list = append(list, column.Ticks(n))
	}
	return list
}

// Bind gives a step's parameters their values. Missing are those that have none: such a step cannot be answered as it is.
func Bind(step Step, values map[string][]any) (bound engine.Params, missing []string) {
	facts := Facts{}
	for name, list := range values {
		facts.Set(name, list...)
	}
	bound = engine.Params{}
	for _, p := range params(step.Language, step.Query) {
		list := facts[Name(p.name)]
		if len(list) == 0 {
			if !p.optional {
				missing = append(missing, p.name)
			}
			continue
		}
		bound[p.name] = literal(list, p.kind)
	}
	return bound, missing
}

// literal is a constant of one row. KQL's declared kind makes text or an array of the values where it asks for them; any
// other disagreement is left for the query's parser to speak of.
func literal(values []any, kind string) *column.Vector {
	if kind == "dynamic" || kind != "" && len(values) > 1 {
		b := column.NewBuilder(column.Dynamic, 1)
		b.Any(dynamic(values))
		return b.Vector()
	}
	t := typeOf(values[0])
	for _, v := range values[1:] {
		if typeOf(v) != t {
			t = column.String // mixed values have only their text in common
		}
	}
	if kind == "string" {
		t = column.String
	}
	b := column.NewBuilder(t, 1)
	list := make([]any, len(values))
	for i, v := range values {
		list[i] = plain(v, t)
	}
	b.Multi(list)
	return b.Vector()
}

func typeOf(v any) column.Type {
	switch v.(type) {
	case bool:
		return column.Bool
	case int, int64:
		return column.Long
	case uint64:
		return column.ULong
	case float64:
		return column.Double
	case column.Ticks:
		return column.Time
	case column.Span:
		return column.Duration
	}
	return column.String
}

// plain is a value as a vector of the type holds it.
func plain(v any, t column.Type) any {
	if t == column.String {
		if at, ok := v.(column.Ticks); ok {
			return column.ToTime(int64(at)).Format("2006-01-02T15:04:05.000Z")
		}
		return fmt.Sprint(v)
	}
	switch v := v.(type) {
	case int:
		return int64(v)
	case column.Ticks:
		return int64(v)
	case column.Span:
		return int64(v)
	}
	return v
}

func dynamic(values []any) []any {
	list := make([]any, len(values))
	for i, v := range values {
		switch v := v.(type) {
		case int:
			list[i] = int64(v)
		case uint64:
			list[i] = int64(v)
		default:
			list[i] = v
		}
	}
	return list
}
