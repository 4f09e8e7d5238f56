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
	for i, names := range [][]string{promptFields, responseFields} {
		for _, f := range got.Fields {
			if slices.Contains(names, f.Name) && f.Value == value {
				return oneLine(conversation([]any{got.Asked, got.Answered}[i]))
			}
		}
	}
	return ""
}

// oneLine is a conversation in a line. Its first speaker goes without saying: the user in a prompt, the model in an answer.
func oneLine(said string) string {
	for _, first := range []string{"[user]\n", "[assistant]\n"} {
		said = strings.TrimPrefix(said+"\n", first)
	}
	if len(said) > mostSaid {
		said = strings.ToValidUTF8(said[:mostSaid], "")
	}
	return strings.Join(strings.Fields(said), " ")
}
