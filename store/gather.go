package store

import (
	"bytes"
	"cmp"
	"database/sql"
	"errors"
	"slices"
	"strings"

	"casebook/store/event"
)

var errNoRows = sql.ErrNoRows

// textSlots are the slots kept as word ids, in the order of the columns of event_row.
var textSlots = []event.Slot{event.Action, event.Outcome, event.Category, event.Status, event.Error, event.User, event.UserName, event.UserRole,
	event.UserSession, event.Account, event.Region, event.Resource, event.ResourceGroup, event.Model, event.App, event.IP}

// numberSlots are the slots that hold numbers, in the order of the columns.
var numberSlots = []event.Slot{event.PromptTokens, event.CompletionTokens, event.RequestSize, event.ResponseSize, event.Duration}

// Their counts, as array lengths; a test holds them against the lists.
const (
	textCount   = 16
	numberCount = 5
)

// pending is an event that waits to be written: its texts are places in the loader's words.
type pending struct {
	id         int64
	time       int64
	dated      bool
	source     uint32
	texts      [textCount]uint32
	numbers    [numberCount]event.Opt
	requestID  string
	responseID string
	flags      event.Flags
	small      []event.Value
	key        [16]byte
	sum        [32]byte
	file       *fileState
	begin      int64
	length     int64
	line       int64
	form       uint32
	occurrence int32
	segment    int64
	place      int
}

// words gives each text of a load a number of its own; which word of the store it is, is settled inside a transaction, where no
// other load can give the same word another id.
type words struct {
	local map[string]uint32
	texts []string
	ids   []int64 // the store's; 0 until they are known
}

// maxWords bounds the memory of a load over texts that are all different.
const maxWords = 1 << 18

func (w *words) of(text string) uint32 {
	if text == "" {
		return 0
	}
	if w.local == nil {
		w.local, w.texts, w.ids = map[string]uint32{}, []string{""}, []int64{0}
	}
	n, ok := w.local[text]
	if !ok {
		n = uint32(len(w.texts))
		text = strings.Clone(text)
		w.local[text] = n
		w.texts, w.ids = append(w.texts, text), append(w.ids, 0)
	}
	return n
}

// settle finds the store's id of every word that has none yet.
func (w *words) settle(tx *Tx) error {
	var insert, find *sql.Stmt
	for i := 1; i < len(w.ids); i++ {
		if w.ids[i] != 0 {
			continue
		}
		if insert == nil {
			var err error
			if insert, err = tx.PrepareContext(tx.ctx, "insert into word (text) values (?) on conflict do nothing returning id"); err != nil {
				return err
			}
			defer insert.Close()
			if find, err = tx.PrepareContext(tx.ctx, "select id from word where text = ?"); err != nil {
				return err
			}
			defer find.Close()
		}
		err := insert.QueryRowContext(tx.ctx, w.texts[i]).Scan(&w.ids[i])
		if errors.Is(err, sql.ErrNoRows) {
			err = find.QueryRowContext(tx.ctx, w.texts[i]).Scan(&w.ids[i])
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// accept keeps an event for the next flush. Nothing of it may be a view of the block any more.
func (l *loader) accept(s *fileState, r *event.Record, sum *[32]byte) {
	e := &r.Event
	form, ok := s.forms[r.Form]
	if !ok {
		form = l.words.of(r.Form.String())
		s.forms[r.Form] = form
	}
	l.rows = append(l.rows, pending{time: e.Time, dated: e.Dated, source: l.words.of(e.Source), flags: e.Flags, key: e.Key, sum: *sum,
		requestID: strings.Clone(e.RequestID), responseID: strings.Clone(e.ResponseID),
		file: s, begin: r.At, length: r.Size, line: r.Line, form: form})
	p := &l.rows[len(l.rows)-1]
	for i, slot := range textSlots {
		p.texts[i] = l.words.of(e.Text(slot))
	}
	for i, slot := range numberSlots {
		p.numbers[i] = e.Number(slot)
	}
	for _, v := range e.Values {
		v.Text = strings.Clone(v.Text)
		many := make([]string, len(v.Many))
		for i, text := range v.Many {
			many[i] = strings.Clone(text)
		}
		v.Many = many
		p.small = append(p.small, v)
	}
}

// flush writes everything that waits in one transaction, so that the store always holds whole pieces of files and says
// how far each was read.
func (l *loader) flush() error {
	if len(l.touched) == 0 {
		return nil
	}
	before := len(l.account.Files)
	err := l.db.write(l.ctx, "write events", func(tx *Tx) error {
		if err := l.flushFiles(tx); err != nil {
			return err
		}
		if err := l.flushEvents(tx); err != nil {
			return err
		}
		if err := l.flushEvidence(tx); err != nil {
			return err
		}
		if err := l.flushBad(tx); err != nil {
			return err
		}
		return l.closeFiles(tx)
	})
	if err != nil {
		l.account.Files = l.account.Files[:before]
		return err
	}
	rest := l.touched[:0]
	for _, s := range l.touched {
		l.settleAccount(s)
		if !s.done {
			rest = append(rest, s)
		}
	}
	l.touched = rest
	clear(l.rows)
	l.rows, l.evid, l.bad, l.held = l.rows[:0], nil, nil, 0
	if len(l.words.texts) > maxWords {
		l.words = words{}
		for _, s := range l.touched {
			clear(s.forms)
		}
	}
	return nil
}

// settleAccount puts a file into the load's account, once, and keeps it up to date there.
func (l *loader) settleAccount(s *fileState) {
	if !s.written {
		s.written = true
		l.account.Files = append(l.account.Files, s.account)
		s.number = int32(len(l.account.Files))
		return
	}
	l.account.Files[s.number-1] = s.account
}

// flushFiles makes rows for the files that have none.
func (l *loader) flushFiles(tx *Tx) error {
	for _, s := range l.touched {
		if s.id != 0 || s.reading.known != nil || s.reading.body {
			continue
		}
		modified, device, inode := identity(s.reading.info)
		r, err := tx.exec("insert into file (load, path, size, modified, device, inode) values (?,?,?,?,?,?)",
			l.load, []byte(s.reading.path), s.size, modified, device, inode)
		if err != nil {
			return err
		}
		if s.id, err = r.LastInsertId(); err != nil {
			return err
		}
	}
	return nil
}

// closeFiles writes how far each file has come.
func (l *loader) closeFiles(tx *Tx) error {
	for _, s := range l.touched {
		if s.id == 0 {
			continue
		}
		a := &s.account
		var sum []byte
		if s.done && s.reading.sum != [32]byte{} {
			sum = s.reading.sum[:]
		}
		_, err := tx.exec(`update file set size=?, sha256=?, expanded=?, encoding=?, state=?, problem=?, checkpoint=?, records=?, accepted=?, duplicate=?,
			quarantined=?, blank=?, skipped=?, undated=? where id=?`, s.size, sum, a.Expanded, a.Encoding, a.State, a.Problem, max(s.next, s.skip),
			a.Records, a.Accepted, a.Duplicate, a.Quarantined, a.Blank, a.Skipped, a.Undated, s.id)
		if err == nil && s.follow != nil {
			err = s.follow.save(tx, s.id)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// flushEvents writes the events that are new: first all of their words, then their rows and segments.
func (l *loader) flushEvents(tx *Tx) error {
	if len(l.rows) == 0 {
		return nil
	}
	if err := l.words.settle(tx); err != nil {
		return err
	}
	fresh, err := l.fresh(tx)
	if err != nil || len(fresh) == 0 {
		return err
	}
	var next int64
	if err := tx.row("select coalesce(max(id), 0) + 1 from event_row").Scan(&next); err != nil {
		return err
	}
	// Ids rise with time inside a flush, source by source, as segments want them.
	slices.SortStableFunc(fresh, func(a, b *pending) int {
		return cmp.Or(cmp.Compare(a.source, b.source), dated(a)-dated(b), cmp.Compare(a.time, b.time),
			cmp.Compare(a.file.id, b.file.id), cmp.Compare(a.begin, b.begin), bytes.Compare(a.key[:], b.key[:]))
	})
	for i, p := range fresh {
		p.id = next + int64(i)
	}
	for from := 0; from < len(fresh); {
		to := from + 1
		for to < len(fresh) && fresh[to].source == fresh[from].source && fresh[to].dated == fresh[from].dated {
			to++
		}
		if err := l.writeSegment(tx, fresh[from:to]); err != nil {
			return err
		}
		from = to
	}
	if err := l.writeRows(tx, fresh); err != nil {
		return err
	}
	return l.writeMinutes(tx, fresh)
}

func dated(p *pending) int {
	if p.dated {
		return 1
	}
	return 0
}
