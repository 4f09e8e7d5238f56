package store

import (
	"context"
	"crypto/sha256"
	"encoding"
	"errors"
	"fmt"
	"time"

	"casebook/store/event"
)

// Following keeps up with files that are still being written and with files that come to a folder.
//
// It polls: a look at every name costs little, works on every file system, and a test can drive it by hand. What it keeps apart are
// names, files and texts. A log's text grows in one file under one name until it is rotated: then the file has another name, or the
// text stands in a copy while the file begins anew, or in a compressed copy, or nowhere any more. So how far a text was read belongs
// to the text (stream), and a file (source, by device and inode) is taken for the text only as long as the bytes around the place
// where reading stopped are those that were read. That place is kept in the transaction that keeps the events before it, which is why
// every line is taken exactly once, whenever the program is killed.
//
// A line without an end is left for later. Files that cannot be read on from a place (compressed ones, JSON laid out over many lines)
// are loaded whole, once they have stopped changing. What is followed is copied into the store: a rotated log is soon gone.

// FollowOptions say how to follow.
type FollowOptions struct {
	Every time.Duration // between two looks; 0 for a second
	// Mapping makes every record a row of a table of one's own; nil: records are recognised by what is in them.
	Mapping *Mapping
	// Progress is called in a look that takes long, at most twice a second.
	Progress func(Progress)
	// Told is called after every look.
	Told func(Followed)
}

// Followed is how far a follower has come.
type Followed struct {
	Grew    bool // something was taken in this look
	Files   int  // of which something was taken
	Account Tally
	Held    int64  // bytes of lines that have no end yet
	Newest  string // the file that grew last
	// Problems are files that cannot be read, or are not there, each told once. They are looked for again.
	Problems []string
}

// Follow loads files and folders, and what is added to them, until ctx ends. That is no error: what was read is kept, and following the
// same again goes on from there.
func (db *DB) Follow(ctx context.Context, paths []string, options FollowOptions) (*Account, error) {
	db.loading.Lock()
	defer db.loading.Unlock()
	// Stopped before the first look, it has an account all the same.
	f, err := db.newFollower(context.WithoutCancel(ctx), paths, options.Mapping)
	if err != nil {
		return nil, err
	}
	defer f.close()
	if options.Every <= 0 {
		options.Every = time.Second
	}
	timer := time.NewTimer(0)
	defer timer.Stop()
	var fault error
	f.pause = pauseFor
	f.l.tell = newTeller(options.Progress)
	for fault == nil {
		select {
		case <-ctx.Done():
			fault = ctx.Err()
			continue
		case <-timer.C:
		}
		f.l.tell.begin()
		if _, fault = f.poll(ctx); fault == nil && options.Told != nil {
			options.Told(f.followed())
		}
		timer.Reset(options.Every)
	}
	if errors.Is(fault, context.Canceled) || errors.Is(fault, context.DeadlineExceeded) {
		fault = f.flush() // what was taken since the last one is whole
	}
	if err := f.l.end(fault); err != nil {
		return f.l.account, fmt.Errorf("follow: %w", err)
	}
	return f.l.account, nil
}

// follower follows.
type follower struct {
	db    *DB
	l     *loader
	paths []string
	work  worker
	now   func() time.Time

	streams  []*stream // of which something was read
	sources  map[fileID]*source
	open     int             // files that are held open
	looked   map[fileID]look // at files that are not followed: loaded whole, not ready, or none of ours
	grew     bool
	newest   string
	pause    time.Duration // between two writes
	wrote    time.Time
	writes   int               // since segments were merged
	told     map[string]string // problems, by path
	problems []string          // new in this look
}

// fileID is a file, whatever its name.
type fileID struct{ device, inode int64 }

// look is how a file was found.
type look struct {
	size, modified int64
	done           bool // nothing is to be done until it changes
}

func (db *DB) newFollower(ctx context.Context, paths []string, mapping *Mapping) (*follower, error) {
	f := &follower{db: db, paths: paths, now: time.Now, sources: map[fileID]*source{}, looked: map[fileID]look{}, told: map[string]string{}}
	f.l = &loader{db: db, options: LoadOptions{Keep: true, Mapping: mapping, batch: flushRows}, account: &Account{}}
	if mapping != nil {
		if err := db.keepMapping(ctx, mapping); err != nil {
			return nil, err
		}
		f.work.mapping = db.mapped(mapping.Name)
	}
	if err := f.recall(ctx); err != nil {
		return nil, err
	}
	return f, f.l.begin(context.WithoutCancel(ctx))
}

// recall finds the texts that were followed before, and the files that were loaded whole.
func (f *follower) recall(ctx context.Context) error {
	err := each(ctx, f.db.readers, "select "+fileColumns+", line, form_, head, head_size, mark, hashing from (select f.*, w.line, w.form as form_, w.head, w.head_size, w.mark, w.hashing from follow w join file f on f.id = w.file where f.form = ?) order by id", []any{f.l.form()},
		func(scan func(...any) error) error {
			s := &stream{}
			var form string
			var head, mark, hashing []byte
			row, err := scanFile(func(into ...any) error {
				return scan(append(into, &s.line, &form, &head, &s.headSize, &mark, &hashing)...)
			})
			if err != nil {
				return err
			}
			s.sum = sha256.New()
			if err := s.sum.(encoding.BinaryUnmarshaler).UnmarshalBinary(hashing); err != nil {
				return err
			}
			if form != "" {
				if s.form, err = event.ParseForm(form); err != nil {
					return err
				}
			}
			s.offset = row.checkpoint
			copy(s.headSum[:], head)
			copy(s.mark[:], mark)
			s.reading = &reading{candidate: candidate{path: string(row.path), size: row.size}, resumed: &row}
			f.streams = append(f.streams, s)
			f.sources[fileID{row.device, row.inode}] = &source{path: string(row.path), stream: s, size: -1}
			return nil
		})
	if err != nil {
		return f.db.trouble("look for what was followed", err)
	}
	err = each(ctx, f.db.readers, "select device, inode, size, modified from file where form = ? and state in (?, ?, ?, ?)", []any{f.l.form(), stateComplete, stateIncomplete, stateRefused, stateBody},
		func(scan func(...any) error) error {
			var id fileID
			k := look{done: true}
			err := scan(&id.device, &id.inode, &k.size, &k.modified)
			f.looked[id] = k
			return err
		})
	return f.db.trouble("look for what was loaded", err)
}

// poll looks at everything once. It tells whether anything was taken.
func (f *follower) poll(ctx context.Context) (bool, error) {
	f.grew, f.problems = false, nil
	for _, s := range f.sources {
		s.seen = false
	}
	var whole []candidate
	for _, e := range f.entries() {
		if err := ctx.Err(); err != nil {
			return f.grew, err
		}
		if e.problem != nil {
			f.tell(e.path, e.problem)
			continue // it may be there at the next look
		}
		ready, err := f.look(ctx, e)
		if err != nil {
			return f.grew, err
		}
		if ready {
			whole = append(whole, e.candidate)
		}
	}
	if err := f.linger(ctx); err != nil {
		return f.grew, err
	}
	if len(whole) > 0 {
		f.grew = true
		f.newest = whole[len(whole)-1].path
		from := feed{db: f.db, keep: true, tell: f.l.tell, mapping: f.work.mapping}
		f.l.current = nil
		if err := from.run(ctx, whole, f.l.take); err != nil {
			return true, err
		}
		for i := range whole {
			modified, device, inode := identity(whole[i].info)
			f.looked[fileID{device, inode}] = look{size: whole[i].size, modified: modified, done: true}
		}
	}
	if time.Since(f.wrote) < f.pause {
		return f.grew, nil
	}
	if err := f.flush(); err != nil || f.writes < mergeFrom/4 {
		return f.grew, err
	}
	// That they cannot be merged now is no fault: they may be later.
	_ = f.db.merge(ctx)
	f.writes = 0
	return f.grew, nil
}

// pauseFor is how long what comes without a pause waits for more, so that it is written in less and larger pieces; what comes after a
// pause is written at once.
const pauseFor = 5 * time.Second

// tell keeps a file's problem to be told, once.
func (f *follower) tell(path string, err error) {
	if why := reason(err); f.told[path] != why {
		f.told[path] = why
		f.problems = append(f.problems, path+": "+why)
	}
}

// flush writes what waits. Texts that grow on are never done, so that the loader is told to forget them until they do.
func (f *follower) flush() error {
	if len(f.l.touched) > 0 {
		f.wrote = time.Now()
		f.writes++
	}
	if err := errors.Join(f.l.flush(), f.l.settleTwins(), f.l.lately(), f.l.takeOver()); err != nil {
		return err
	}
	f.l.touched, f.l.current = nil, nil
	return nil
}

// followed is how far it has come.
func (f *follower) followed() Followed {
	t := Followed{Grew: f.grew, Problems: f.problems, Files: len(f.l.account.Files), Newest: f.newest}
	for i := range f.l.account.Files {
		t.Account.Add(f.l.account.Files[i].Tally)
	}
	for _, s := range f.sources {
		if s.stream.where == s {
			t.Held += s.stream.held
		}
	}
	return t
}

// close lets go of the files.
func (f *follower) close() {
	for _, s := range f.sources {
		f.release(s)
	}
}
