package report

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"time"
	"unicode/utf8"

	"casebook/engine/column"
	"casebook/store"
	"casebook/tui/why"
)

// JSON is a complete report as JSON: exact, where the other formats escape. Text that is not UTF-8 is an object with its bytes
// in base64; <, >, & and the line ends of JavaScript are written as escapes.
func (r *Report) JSON() (string, error) {
	c := &r.Case
	out := map[string]any{
		"case": map[string]any{"id": c.ID, "name": c.Name(), "question": text(c.Title), "status": c.Status, "class": c.Class, "reason": text(c.Reason),
			"owner": c.Owner, "story": text(c.Story), "created": c.Created, "created_by": c.CreatedBy, "changed": c.Changed, "changed_by": c.ChangedBy},
		"as_of":   column.ToTime(r.Head.AsOf),
		"store":   r.Head.Store,
		"journal": map[string]any{"seq": r.Head.Seq, "head": r.Head.Journal},
		"shown":   r.Head.Shown,
		"account": map[string]any{"files": r.Head.Loaded, "records": r.Head.All},
	}
	if missing := r.Uncited(); len(missing) > 0 {
		out["not_evidence"] = missing
	}
	var alerts, pins, entities, files, log []any
	for i := range r.Alerts {
		alerts = append(alerts, r.Alerts[i].object())
	}
	for i := range r.Pins {
		pins = append(pins, r.Pins[i].object())
	}
	for _, e := range r.Entities {
		entities = append(entities, map[string]any{"kind": e.Kind, "value": text(e.Value), "events": e.Events})
	}
	for _, f := range r.Head.Files {
		files = append(files, map[string]any{"path": text(f.Path), "sha256": hex.EncodeToString(f.SHA256), "state": f.State, "account": f.Tally})
	}
	for i := range r.Log {
		e := &r.Log[i]
		log = append(log, map[string]any{"seq": e.Seq, "at": e.At.UTC(), "actor": e.Actor.Name, "host": e.Actor.Host, "action": e.Action, "object": e.Object, "number": e.Number,
			"payload": json.RawMessage(e.Payload), "hash": hex.EncodeToString(e.Hash)})
	}
	out["alerts"], out["evidence"], out["entities"], out["files"], out["log"] = alerts, pins, entities, files, log
	b, err := json.MarshalIndent(out, "", "  ")
	return string(b) + "\n", err
}

// text is a text as JSON can hold it.
func text(s string) any {
	if utf8.ValidString(s) {
		return s
	}
	return map[string]string{"base64": base64.StdEncoding.EncodeToString([]byte(s))}
}

func (a *Alert) object() map[string]any {
	out := map[string]any{"id": a.ID, "rule": a.Rule, "title": text(a.Title), "severity": a.Severity, "risk": a.Risk, "entity": text(a.Entity), "entity_field": a.EntityField,
		"from": column.ToTime(a.Window.From), "to": column.ToTime(a.Window.To), "hits": a.Hits, "events": a.Events,
		"status": a.Status, "class": a.Class, "reason": text(a.Reason), "owner": a.Owner, "row": rowObject(a.Peak.Columns, a.Peak.Row)}
	if a.Ledger == nil {
		out["not_explained"] = a.Silent
	} else {
		var stages, gate []any
		for _, s := range a.Ledger.Stages {
			stages = append(stages, map[string]any{"text": text(s.Text), "rows": s.Rows})
		}
		for _, c := range a.Ledger.Gate.Conditions {
			one := map[string]any{"column": c.Column, "operator": c.Operator, "threshold": c.Value}
			for j, f := range a.Peak.Columns {
				if v, ok := why.Number(a.Peak.Row[j]); ok && f.Name == c.Column {
					one["value"], one["margin"] = v, v-c.Value
				}
			}
			gate = append(gate, one)
		}
		out["why"] = map[string]any{"stages": stages, "gate": gate, "groups": a.Ledger.Groups, "fired": a.Ledger.Fired, "rank": a.Ledger.Rank, "near_misses": len(a.Ledger.Misses)}
	}
	var questions, notes []any
	for i := range a.Questions {
		q := &a.Questions[i]
		one := map[string]any{"key": q.Step.Key, "section": text(q.Section), "question": text(q.Step.Text)}
		if q.Answered() {
			one["answer"], one["text"], one["by"], one["at"], one["events"] = q.Answer.Value, text(q.Answer.Text), q.Answer.Actor, q.Answer.At, q.Answer.Pinned
			if q.Answer.Rows.Valid {
				one["rows"] = q.Answer.Rows.Int64
			}
		}
		questions = append(questions, one)
	}
	for _, n := range a.Notes {
		notes = append(notes, map[string]any{"by": n.Actor, "at": n.At, "text": text(n.Text)})
	}
	out["questions"], out["notes"] = questions, notes
	return out
}

func (p *Pin) object() map[string]any {
	out := map[string]any{"name": p.Name(), "kind": p.Kind, "note": text(p.Note), "alert": p.Alert, "step": p.Step, "by": p.Actor, "at": p.At,
		"sha256": hex.EncodeToString(p.SHA256), "check": p.Check, "check_text": text(p.Why)}
	if p.Kind == store.PinEvent {
		out["event"], out["file"], out["line"], out["begin"], out["length"], out["file_sha256"] = p.Event, text(p.Place.File), p.Place.Line, p.Place.Begin, p.Place.Length, p.Place.FileSHA256
		return out
	}
	params := map[string]any{}
	for name, v := range p.Result.Params {
		params[name] = jsonValue(v.Type, v.Value(0))
	}
	var rows []any
	for _, row := range p.Result.Rows {
		rows = append(rows, rowObject(p.Result.Columns, row))
	}
	out["language"], out["query"], out["params"], out["as_of"] = p.Result.Language, text(p.Result.Query), params, column.ToTime(p.Result.AsOf)
	out["rows"], out["row_count"], out["event_count"] = rows, p.Result.Count, p.Result.Events
	return out
}

func rowObject(columns []column.Field, row []any) map[string]any {
	out := map[string]any{}
	for i, c := range columns {
		out[c.Name] = jsonValue(c.Type, row[i])
	}
	return out
}

func jsonValue(t column.Type, v any) any {
	switch v := v.(type) {
	case string:
		return text(v)
	case []any:
		list := make([]any, len(v))
		for i, one := range v {
			list[i] = jsonValue(t, one)
		}
		return list
	case int64:
		if t == column.Time {
			return column.ToTime(v).Format(time.RFC3339Nano)
		}
		return v
	case nil, bool, uint64:
		return v
	}
	return value(t, v) // floats too: JSON has no word for infinity
}
