package tui

import (
	"context"
	"slices"
	"strings"

	"casebook/engine"
	"casebook/engine/column"
	"casebook/store"
)

// A step that asks what was said gets bodies as vendors log them, with the words somewhere inside. In a row of a table there is room
// for the words only, so a guide shows those, as the record of the event behind the row has them; what is pinned, reported and shown
// by the console stays as the query gave it.

const (
	// mostRead bounds the rows whose events are read for what was said.
	mostRead = 500
	// mostSaid bounds what a row keeps of it.
	mostSaid = 2000
)

// withWords is a result with what was said in place of the bodies of prompts and answers; the result itself where it has none.
func (a *App) withWords(ctx context.Context, r *engine.Result) *engine.Result {
	bodies := bodyColumns(r)
	if len(bodies) == 0 {
		return r
	}
	words := map[int][]any{}
	for i := range min(r.Batch.Len, mostRead) {
		if i >= len(r.Events) || len(r.Events[i]) != 1 {
			continue
		}
		got, err := a.Store.Decode(ctx, r.Events[i][0])
		if err != nil {
			break // the evidence file is not at hand: the rows stay as they are
		}
		for _, c := range bodies {
			if said := saidBy(&got, r.Batch.Columns[c].Value(i)); said != "" {
				if words[c] == nil {
					words[c] = make([]any, r.Batch.Len)
				}
				words[c][i] = said
			}
		}
	}
	if len(words) == 0 {
		return r
	}
	shown := &engine.Result{Columns: slices.Clone(r.Columns), Events: r.Events, Batch: &column.Batch{Len: r.Batch.Len, Columns: slices.Clone(r.Batch.Columns)}}
	for c, said := range words {
		b := column.NewBuilder(column.Text, r.Batch.Len)
		for i, text := range said {
			if text == nil {
				text = r.Batch.Columns[c].Value(i)
			}
			b.Value(text)
		}
		shown.Columns[c].Type, shown.Batch.Columns[c] = column.Text, b.Vector()
	}
	return shown
}

// bodyColumns are the columns of texts that have JSON somewhere.
func bodyColumns(r *engine.Result) []int {
	var found []int
	for c, f := range r.Columns {
		if f.Type != column.String && f.Type != column.Text {
			continue
		}
		for i := range min(r.Batch.Len, mostRead) {
			if text, ok := r.Batch.Columns[c].Value(i).(string); ok && text != "" && (text[0] == '{' || text[0] == '[') {
				found = append(found, c)
				break
			}
		}
	}
	return found
}

// saidBy is what was said in a value, where it is the prompt or the answer of an event; else "".
func saidBy(got *store.Decoded, value any) string {
	for _, f := range got.Fields {
		switch {
		case f.Value != value:
		case slices.Contains(promptFields, f.Name):
			return oneLine(newestFirst(turns(got.Asked)), "user")
		case slices.Contains(responseFields, f.Name):
			return oneLine(turns(got.Answered), "assistant")
		}
	}
	return ""
}

// newestFirst puts what the user says now before what the prompt repeats of the conversation so far, and before the instructions of the
// program, which are the same in every prompt.
func newestFirst(said []turn) []turn {
	for i := len(said) - 1; i >= 0; i-- {
		if said[i].who == "user" || said[i].who == "" {
			from := i
			for from > 0 && said[from-1].who == said[i].who { // in several parts
				from--
			}
			return slices.Concat(said[from:i+1], said[:from], said[i+1:])
		}
	}
	return said
}

// oneLine is a conversation in a line. Its first speaker goes without saying where it is the usual one.
func oneLine(said []turn, usual string) string {
	var b strings.Builder
	who := usual
	for _, t := range said {
		if t.who != who && t.who != "" {
			b.WriteString(" [" + t.who + "] ")
			who = t.who
		}
		b.WriteString(t.text + " ")
		if b.Len() > mostSaid {
			break
		}
	}
	text := b.String()
	if len(text) > mostSaid {
		text = strings.ToValidUTF8(text[:mostSaid], "")
	}
	text = strings.ReplaceAll(text, "\r\n", "\n")
	// What else is space to Unicode stays: it is shown by its number, and may be what tells.
	return strings.Join(strings.FieldsFunc(text, func(r rune) bool { return r == ' ' || r == '\n' || r == '\t' }), " ")
}
