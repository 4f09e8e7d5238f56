package store

import (
	"context"
	"io"
	"sync"
	"time"
)

// Progress is how far a load has come.
type Progress struct {
	Files, FilesTotal int
	Bytes, BytesTotal int64 // of the files as they are; the total is 0 when it is not known (standard input)
	Records           int64
	File              string // that is being read
	FileBytes         int64  // of it that were read
	FileTotal         int64  // 0 when it is not known
	Ahead             Ahead  // what is going on while no records come
}

// Ahead is work that gives no records: they come after it, or it is done in their place.
type Ahead struct {
	Doing     Doing
	Path      string // of the file
	Done, All int64  // bytes of it; files, where they are looked for
	Spent     time.Duration
}

// Doing is a kind of such work; "" for none.
type Doing string

// The work that gives no records.
const (
	Finding   Doing = "finding"   // going through folders
	Comparing Doing = "comparing" // hashing a file that is as large as one that is loaded
	Reading   Doing = "reading"   // what gives no records for long: what an earlier load took, or one record of a gigabyte
	Copying   Doing = "copying"   // a file that is loaded already, into the store
)

// tellEvery is how often progress is told, and how long no record must have come for other work to be told.
const tellEvery = 500 * time.Millisecond

// teller tells how far a load has come. The goroutine that reads files and the one that writes use it; a nil one keeps silent.
type teller struct {
	mu      sync.Mutex
	to      func(Progress)
	now     func() time.Time
	told    time.Time
	counted time.Time // when records were counted or found last
	last    Progress
	ahead   Ahead
	began   time.Time // the work ahead
}

func newTeller(to func(Progress)) *teller {
	if to == nil {
		return nil
	}
	now := time.Now()
	return &teller{to: to, now: time.Now, told: now, counted: now}
}

// begin says that work begins anew: none of it is told before a while has gone by.
func (t *teller) begin() {
	if t != nil {
		t.mu.Lock()
		t.told, t.counted = t.now(), t.now()
		t.mu.Unlock()
	}
}

// count tells of records. What is told at the end is told in any case.
func (t *teller) count(p Progress, end bool) {
	if t == nil {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.last, t.counted = p, t.now()
	if end || t.counted.Sub(t.told) >= tellEvery {
		t.told = t.counted
		t.to(p)
	}
}

// fed says that records are under way, which will be told when they are counted.
func (t *teller) fed() {
	if t != nil {
		t.mu.Lock()
		t.counted = t.now()
		t.mu.Unlock()
	}
}

// work tells of other work: how much of it is done.
func (t *teller) work(doing Doing, path string, done, all int64) {
	if t == nil {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.now()
	if t.ahead.Doing != doing || t.ahead.Path != path {
		t.began = now
	}
	t.ahead = Ahead{doing, path, done, all, now.Sub(t.began)}
	if now.Sub(t.told) >= tellEvery && now.Sub(t.counted) >= tellEvery {
		t.told = now
		p := t.last
		p.Ahead = t.ahead
		t.to(p)
	}
}

// reader tells of work that is done as a file is read. It ends when ctx does: a load can be stopped in the midst of a large file.
func (t *teller) reader(ctx context.Context, in io.Reader, doing Doing, path string, all int64) io.Reader {
	return &toldReader{t, ctx, in, doing, path, 0, all}
}

type toldReader struct {
	*teller
	ctx   context.Context
	in    io.Reader
	doing Doing
	path  string
	done  int64
	all   int64
}

func (r *toldReader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := r.in.Read(p)
	r.done += int64(n)
	r.work(r.doing, r.path, r.done, r.all)
	return n, err
}
