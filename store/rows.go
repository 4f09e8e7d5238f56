package store

import (
	"database/sql"
	"strings"

	"casebook/engine/column"
	"casebook/store/event"
)

// rowColumns are event_row's columns in the order that rowArgs fills them.
const rowColumns = `id, time, source, action, outcome, category, status, error, user, user_name, user_role, user_session, account, region, resource,
	resource_group, model, app, ip, request_id, response_id, prompt_tokens, completion_tokens, request_size, response_size, duration,
	flags, segment, place, file, begin, length, line, form, occurrence, key`

const (
	rowWidth = 36
	// rowsAtOnce is how many rows a statement inserts: beyond some dozen the gain is gone, and SQLite takes 32,766 values.
	rowsAtOnce = 50
)

func insertRows(n int) string {
	one := "(?" + strings.Repeat(",?", rowWidth-1) + ")"
	return "insert into event_row (" + rowColumns + ") values " + one + strings.Repeat(","+one, n-1)
}

func (l *loader) writeRows(tx *Tx, rows []*pending) error {
	args := make([]any, 0, rowWidth*rowsAtOnce)
	var many *sql.Stmt
	for len(rows) > 0 {
		n := min(len(rows), rowsAtOnce)
		args = args[:0]
		for _, p := range rows[:n] {
			args = l.rowArgs(args, p)
		}
		rows = rows[n:]
		if n < rowsAtOnce {
			if _, err := tx.exec(insertRows(n), args...); err != nil {
				return err
			}
			continue
		}
		if many == nil {
			var err error
			if many, err = tx.PrepareContext(tx.ctx, insertRows(rowsAtOnce)); err != nil {
				return err
			}
			defer many.Close()
		}
		if _, err := many.ExecContext(tx.ctx, args...); err != nil {
			return err
		}
	}
	return nil
}

func (l *loader) rowArgs(args []any, p *pending) []any {
	word := func(local uint32) any {
		if local == 0 {
			return nil
		}
		return l.words.ids[local]
	}
	args = append(args, p.id)
	if p.dated {
		args = append(args, p.time)
	} else {
		args = append(args, nil)
	}
	args = append(args, l.words.ids[p.source])
	for _, t := range p.texts {
		args = append(args, word(t))
	}
	args = append(args, packID(p.requestID), packID(p.responseID))
	for _, n := range p.numbers {
		if n.Set {
			args = append(args, n.Int)
		} else {
			args = append(args, nil)
		}
	}
	return append(args, int64(p.flags), p.segment, int64(p.place), p.file.id, p.begin, p.length, p.line, l.words.ids[p.form], int64(p.occurrence), p.key[:])
}

// packID is an id as a row keeps it: a UUID in 16 bytes, anything else as text, none as NULL.
func packID(s string) any {
	if id, ok := parseUUID(s); ok {
		return id[:]
	}
	if s == "" {
		return nil
	}
	return s
}

// unpackID reads packID's value back.
func unpackID(v any) string {
	switch v := v.(type) {
	case []byte:
		if len(v) == 16 {
			return formatUUID(v)
		}
		return string(v)
	case string:
		return v
	}
	return ""
}

// The names of packs that are not slots; small fields are "small:" and their name.
const (
	packSum   = "sha256"
	packSmall = "small:"
)

// writeSegment packs events of one source, sorted by time, column by column.
func (l *loader) writeSegment(tx *Tx, rows []*pending) error {
	name := l.words.texts[rows[0].source]
	since, until := rows[0].time, rows[len(rows)-1].time
	if !rows[0].dated {
		since, until = undatedTime, undatedTime
	}
	r, err := tx.exec("insert into segment (source, first, count, since, until) values (?,?,?,?,?)", name, rows[0].id, len(rows), since, until)
	if err != nil {
		return err
	}
	segment, err := r.LastInsertId()
	if err != nil {
		return err
	}
	for i, p := range rows {
		p.segment, p.place = segment, i
	}
	stmt, err := tx.PrepareContext(tx.ctx, "insert into pack (segment, field, bytes) values (?,?,?)")
	if err != nil {
		return err
	}
	defer stmt.Close()
	write := func(field string, bytes []byte) error {
		if bytes[0] == 'n' {
			return nil // a field without a pack is null throughout
		}
		_, err := stmt.ExecContext(tx.ctx, segment, field, bytes)
		return err
	}
	ids := make([]uint32, len(rows))
	for i, slot := range textSlots {
		for j, p := range rows {
			ids[j] = uint32(l.words.ids[p.texts[i]])
		}
		if err := write(slot.String(), packWords(ids)); err != nil {
			return err
		}
	}
	ints := make([]int64, len(rows))
	for j, p := range rows {
		ints[j] = p.time
	}
	if err := write(event.Time.String(), packInts(ints, func(j int) bool { return !rows[j].dated })); err != nil {
		return err
	}
	for i, slot := range numberSlots {
		for j, p := range rows {
			ints[j] = p.numbers[i].Int
		}
		if err := write(slot.String(), packInts(ints, func(j int) bool { return !rows[j].numbers[i].Set })); err != nil {
			return err
		}
	}
	texts := make([]string, len(rows))
	for j, p := range rows {
		texts[j] = p.requestID
	}
	if err := write(event.RequestID.String(), packTexts(texts)); err != nil {
		return err
	}
	for j, p := range rows {
		texts[j] = p.responseID
	}
	if err := write(event.ResponseID.String(), packTexts(texts)); err != nil {
		return err
	}
	sums := make([]byte, 0, 32*len(rows)+1)
	sums = append(sums, 'b')
	for _, p := range rows {
		sums = append(sums, p.sum[:]...)
	}
	if err := write(packSum, sums); err != nil {
		return err
	}
	source, ok := event.SourceOf(name)
	if !ok {
		return nil
	}
	for i, field := range source.Small {
		if err := write(packSmall+field.Name, packField(rows, i, field.Type)); err != nil {
			return err
		}
	}
	return nil
}

// undatedTime stands for no time where segments are compared; it is before every window.
const undatedTime = -1 << 63

// packField packs a small field of a source.
func packField(rows []*pending, field int, t column.Type) []byte {
	find := func(p *pending) *event.Value {
		for i := range p.small {
			if p.small[i].Field == field {
				return &p.small[i]
			}
		}
		return nil
	}
	values, some := make([]*event.Value, len(rows)), false
	for j, p := range rows {
		values[j] = find(p)
		some = some || values[j] != nil
	}
	if !some {
		return []byte{'n'}
	}
	null := func(j int) bool { return values[j] == nil }
	switch t {
	case column.Double:
		floats := make([]float64, len(rows))
		for j, v := range values {
			if v != nil {
				floats[j] = v.Float
			}
		}
		return packFloats(floats, null)
	case column.Dynamic:
		texts := make([][]string, len(rows))
		for j, v := range values {
			if v != nil {
				texts[j] = []string{v.Text}
			}
		}
		return packMany(texts)
	case column.String, column.Text, column.IP:
		texts := make([][]string, len(rows))
		for j, v := range values {
			if v != nil {
				texts[j] = v.Many
			}
		}
		return packMany(texts)
	}
	ints := make([]int64, len(rows))
	for j, v := range values {
		if v != nil {
			ints[j] = v.Int
		}
	}
	return packInts(ints, null)
}

// writeMinutes adds events to the rollups.
func (l *loader) writeMinutes(tx *Tx, rows []*pending) error {
	type cell struct {
		minute int64
		source uint32
	}
	type sum struct{ events, failures, prompt, completion int64 }
	failure := l.words.local["failure"]
	sums := map[cell]sum{}
	for _, p := range rows {
		if !p.dated {
			continue
		}
		c := cell{minuteOf(p), p.source}
		s := sums[c]
		s.events++
		if isFailure(p, failure) {
			s.failures++
		}
		s.prompt += max(p.numbers[0].Int, 0) & (1<<40 - 1)
		s.completion += max(p.numbers[1].Int, 0) & (1<<40 - 1)
		sums[c] = s
	}
	stmt, err := tx.PrepareContext(tx.ctx, `insert into minute values (?,?,?,?,?,?) on conflict (minute, source) do update set events = events + excluded.events,
		failures = failures + excluded.failures, prompt_tokens = prompt_tokens + excluded.prompt_tokens, completion_tokens = completion_tokens + excluded.completion_tokens`)
	if err != nil {
		return err
	}
	defer stmt.Close()
	for c, s := range sums {
		if _, err := stmt.ExecContext(tx.ctx, c.minute, l.words.texts[c.source], s.events, s.failures, s.prompt, s.completion); err != nil {
			return err
		}
	}
	return nil
}
