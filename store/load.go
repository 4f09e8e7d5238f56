package store

import (
	"context"
	"errors"
	"fmt"
	"io"
)

// LoadOptions say how to load.
type LoadOptions struct {
	Stdin io.Reader // what the path "-" reads
	// Keep copies every file into the store; without it only compressed files of up to 2 MiB are kept there, and others
	// are known by their path and hash.
	Keep bool
	// Mapping makes every record a row of a table of one's own; nil: records are recognised by what is in them.
	Mapping *Mapping
	// Progress is called from time to time, at most twice a second.
	Progress func(Progress)

	batch int // events a transaction; 0 for flushRows
}

// Load takes files, folders and "-" (standard input) into the store. What is there already is counted as duplicate. When
// ctx is cancelled it stops at a consistent point, and the account says so; loading the same again goes on from there.
// The error is for trouble with the store or an account that does not balance: what the account beside it counts is in the store all
// the same. Files that cannot be read are in the account.
func (db *DB) Load(ctx context.Context, paths []string, options LoadOptions) (*Account, error) {
	db.loading.Lock()
	defer db.loading.Unlock()
	if options.batch == 0 {
		options.batch = flushRows
	}
	f := feed{db: db, stdin: options.Stdin, keep: options.Keep}
	if m := options.Mapping; m != nil {
		if err := db.keepMapping(ctx, m); err != nil {
			return nil, err
		}
		if f.mapping = db.mapped(m.Name); f.mapping == nil {
			f.mapping = m.mapping
		}
	}
	tell := newTeller(options.Progress)
	f.tell, f.spare = tell, &spareRows{}
	files, passed := db.list(paths, func(found int) bool {
		tell.work(Finding, "", int64(found), 0)
		return ctx.Err() == nil
	})
	l := &loader{db: db, options: options, account: &Account{Passed: passed}, progress: Progress{FilesTotal: len(files)}, tell: tell, asked: ctx, spare: f.spare}
	for i := range files {
		l.progress.BytesTotal += files[i].size
		if files[i].stream {
			l.progress.BytesTotal = 0
			break
		}
	}
	tell.count(l.progress, false)
	// The account is written even when the load is stopped.
	if err := l.begin(context.WithoutCancel(ctx)); err != nil {
		return nil, err
	}
	var err error
	if l.log, err = db.foldBeside(l.ctx); err != nil {
		return nil, err
	}
	fault := f.run(ctx, files, l.take)
	if errors.Is(fault, context.Canceled) || errors.Is(fault, context.DeadlineExceeded) {
		l.account.Interrupted, fault = true, nil
	}
	if fault == nil {
		fault = errors.Join(l.flush(), l.settleTwins())
	}
	if fault == nil && !l.account.Interrupted {
		fault = errors.Join(l.lately(), l.takeOver())
	}
	if ended := l.log.end(l.ctx); fault == nil {
		fault = ended
	}
	if err := l.end(fault); err != nil {
		return l.account, fmt.Errorf("load: %w", err)
	}
	tell.count(l.progress, true)
	return l.account, nil
}

// loader is the one that writes.
type loader struct {
	db       *DB
	ctx      context.Context
	options  LoadOptions
	load     int64
	account  *Account
	progress Progress
	tell     *teller
	asked    context.Context // what stops the load; nil for nothing
	base     int64           // bytes of the files that are done
	log      *folding        // nil: SQLite looks after it

	current *fileState
	touched []*fileState // with counts that are not written yet
	parts   []part
	waiting int // rows in them
	spare   *spareRows
	room    segmentRoom
	held    int64 // bytes of evidence waiting
	words   words
	values  numbering // the JSON of small fields
	bad     []badRecord
	seen    seen
	ranks   formRanks
	evid    []evidencePart
	marks   []fileMark
	twins   []*fileState // of files that are loaded already, without rows of their own so far

	stretches []fileStretch
	came      map[string]bool // requests whose bodies were loaded, until the events that wait for them are seen to
}

// fileState is a file's account while it is loaded.
type fileState struct {
	reading *reading
	size    int64 // as it was found, and with the last piece as it was read
	account FileAccount
	id      int64 // 0 until it is written
	number  int32 // of the load
	next    int64 // where the next span must begin
	line    int64 // at next, if a load can go on there, and how records are written there
	goes    string
	skip    int64 // spans before this were loaded last time
	done    bool
	parts   int    // kept so far
	broken  string // why the stream ended before the file did
	written bool
	claimed bool    // where another load had left it
	follow  *stream // of a text that is followed
	before  Tally   // what earlier loads took of it
	saved   Tally   // of its row: what this load has written there, and what it found
}

// changedMeanwhile is the problem of a file that was written to while it was read.
const changedMeanwhile = "changed while it was read: load it again"

const (
	flushRows  = 1 << 15
	flushBytes = 32 << 20
)

// take counts a piece of a file and keeps its events for the next flush.
func (l *loader) take(p piece) error {
	if p.fault != nil {
		return p.fault
	}
	s := l.state(p.file)
	if p.decoded {
		if err := l.block(s, &p); err != nil {
			return err
		}
	}
	for _, part := range p.kept {
		l.keep(s, s.parts, packZstd, part)
		s.parts++
	}
	for _, m := range p.marks {
		l.marks = append(l.marks, fileMark{s, m})
	}
	if p.stretch != nil {
		l.stretches = append(l.stretches, fileStretch{s, p.begin, p.stretch})
		l.held += int64(len(p.stretch))
	}
	if p.last {
		if err := l.finish(s, &p); err != nil {
			return err
		}
	}
	l.tell.count(l.progress, false)
	if l.waiting >= l.options.batch || l.held >= flushBytes || len(l.bad) >= 1024 {
		return l.flush()
	}
	return nil
}

// state is the account of the file that a piece belongs to; pieces come file by file.
func (l *loader) state(r *reading) *fileState {
	if l.current != nil && l.current.reading == r {
		return l.current
	}
	s := &fileState{reading: r, size: r.size, account: FileAccount{Path: r.path, State: stateReading, Sources: map[string]int{}, Left: map[string]int{}}, number: int32(len(l.account.Files)) + 1}
	if r.resumed != nil {
		// What an earlier load accepted of it is a duplicate for this one.
		s.id, s.skip, s.before, s.account.Tally = r.resumed.id, r.resumed.checkpoint, r.resumed.tally, r.resumed.tally
		s.next, s.saved = r.from, r.resumed.tally
		t := &s.account.Tally
		t.Bytes, t.Duplicate, t.Accepted, t.Undated = 0, t.Accepted+t.Duplicate, 0, 0
	}
	l.current = s
	l.touched = append(l.touched, s)
	l.progress.File, l.progress.FileBytes, l.progress.FileTotal = r.path, 0, r.size
	return s
}

// block counts a block's records and keeps its events.
func (l *loader) block(s *fileState, p *piece) error {
	if p.begin != s.next {
		return fmt.Errorf("%s: the records do not tile the file: one ends at byte %d, the next begins at %d", s.account.Path, s.next, p.begin)
	}
	s.next, s.line, s.goes = p.end, p.line, p.goes
	s.account.Add(p.tally)
	s.account.Expanded = max(s.next, s.skip)
	s.account.Bytes = max(s.account.Bytes, p.read)
	l.progress.Records += p.tally.Records
	for reason, n := range p.left {
		s.account.Left[reason] += n
	}
	if p.broken != "" {
		s.broken = p.broken
	}
	for i := range p.bad {
		p.bad[i].file = s
	}
	l.bad = append(l.bad, p.bad...)
	if p.rows != nil {
		l.keepRows(s, p.rows)
	}
	l.progress.FileBytes = max(l.progress.FileBytes, p.read)
	l.progress.Bytes = l.base + l.progress.FileBytes
	return nil
}

// finish settles a file's account when its last piece has come.
func (l *loader) finish(s *fileState, p *piece) error {
	r := s.reading
	a := &s.account
	if p.size > 0 {
		s.size = p.size
	}
	a.Bytes, a.Encoding = s.size, r.encoding
	s.done = true
	switch {
	case r.body && r.problem == nil:
		a.State, a.Known = stateBody, r.known != nil
		if r.changed {
			a.Problem = changedMeanwhile
		}
		if err := l.knownAgain(s); err != nil {
			return err
		}
		l.arrived(r.path)
	case r.known != nil:
		// Its records are all there: what was accepted or duplicate then is a duplicate now.
		a.Known, a.State, a.Encoding = true, stateKnown, r.known.encoding
		a.Tally = r.known.tally
		a.Duplicate, a.Accepted, a.Undated = a.Accepted+a.Duplicate, 0, 0
		if err := l.knownAgain(s); err != nil {
			return err
		}
	case r.problem != nil:
		a.State, a.Problem = stateUnreadable, reason(r.problem)
		if a.Records > 0 {
			a.State = stateIncomplete
		}
	case r.refused != nil:
		a.State, a.Problem, a.Kept = stateRefused, r.refused.Error(), true
		a.Records, a.Quarantined = 1, 1
		l.bad = append(l.bad, badRecord{file: s, length: s.size, raw: p.head, sum: r.sum[:], code: r.refused.Code, reason: r.refused.Reason, line: 1})
	case s.broken != "":
		a.State, a.Problem, a.Kept = stateIncomplete, s.broken, true
	default:
		a.State = stateComplete
		if r.changed {
			a.Problem = changedMeanwhile
		}
	}
	if r.sum != [32]byte{} {
		a.SHA256 = fmt.Sprintf("%x", r.sum)
	}
	if len(r.kept) > 0 && r.known == nil && r.problem == nil {
		l.keepWhole(s, r)
	}
	l.base += s.size
	l.progress.Bytes, l.progress.FileBytes = l.base, s.size
	l.progress.Files++
	return nil
}

func (l *loader) begin(ctx context.Context) error {
	l.ctx = ctx
	return l.db.write(ctx, "begin to load", func(tx *Tx) error {
		r, err := tx.exec("insert into load (started, actor, pid) values (?, ?, ?)", tx.now.UnixNano(), tx.actor.Name, tx.actor.PID)
		if err != nil {
			return err
		}
		l.load, err = r.LastInsertId()
		l.account.Load = l.load
		return err
	})
}

// end closes the load's account, and checks it; a fault that the load had already is told first.
func (l *loader) end(fault error) error {
	state := stateComplete
	switch {
	case fault != nil:
		state = "failed"
	case l.account.Interrupted:
		state = "interrupted"
	}
	t := &l.account.Total
	for i := range l.account.Files {
		t.Add(l.account.Files[i].Tally)
	}
	balance := t.balance()
	for i := range l.account.Files {
		if err := l.account.Files[i].balance(); err != nil {
			balance = fmt.Errorf("%s: %w", l.account.Files[i].Path, err)
		}
	}
	if balance != nil && fault == nil {
		state = "failed"
	}
	err := l.db.write(l.ctx, "end the load", func(tx *Tx) error {
		if err := tx.dropReplaced(tx.now.UnixNano() - lingerFor); err != nil {
			return err
		}
		_, err := tx.exec(`update load set ended=?, state=?, files=?, bytes=?, records=?, accepted=?, duplicate=?, quarantined=?, blank=?, skipped=? where id=?`,
			tx.now.UnixNano(), state, len(l.account.Files), t.Bytes, t.Records, t.Accepted, t.Duplicate, t.Quarantined, t.Blank, t.Skipped, l.load)
		if err != nil {
			return err
		}
		return tx.journal("load", "load", l.load, map[string]any{"state": state, "files": len(l.account.Files), "total": t})
	})
	if err == nil && t.Accepted > 0 {
		_ = l.db.merge(l.ctx) // that it cannot be done now is no fault: the next load will
		copyLog(l.ctx, l.db.writer, "passive")
	}
	if m := l.options.Mapping; m != nil && err == nil {
		l.account.Table = l.db.Found(m.Name)
	}
	if fault != nil { // that its end cannot be written comes of it, and is not another
		return errors.Join(fault, balance)
	}
	return errors.Join(balance, err)
}
