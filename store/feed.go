package store

import (
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"io/fs"
	"os"
	"runtime"
	"strings"

	"casebook/store/event"
)

// How files become records on all cores, in order. A feeder goes through the files one after the other. A small file is one
// job: whichever worker takes it reads, hashes, expands and decodes it. A large one is cut into blocks by the feeder itself, and a
// job is the decoding of a block. The writer takes the jobs' results in the order of the jobs; every job has a channel with room for
// those of most files, and the queue of jobs is short too, so that memory does not grow with files.
//
// Whoever is in C or waits for the disk inside of SQLite has a place to run that Go takes away for others, and waits for one when it
// comes back. So there is one place more than there are cores: the workers and the writer. With still more, each keeps memory of its own;
// only a large file has the feeder at work as well, and whoever hashes it.

const (
	smallFile = 2 << 20 // bytes as they are; S3 objects of a busy account have some hundred KB
	inFlight  = 64      // jobs that are begun and not yet written: as many as are decoded while the writer writes
	inQueue   = 4       // jobs that no worker has taken: each may hold a block, which is best decoded while the processor still has it at hand
	inJob     = 8       // pieces that a job lays down before the writer comes to it: a small file's, so that its worker goes on to the next
)

// piece is a decoded part of a file.
type piece struct {
	file       *reading
	decoded    bool  // it is a block; otherwise it only says how the file ended
	begin, end int64 // of the block in the expanded stream
	rows       *rows // the events; nil for none
	tally      Tally // of its records; whether an event is accepted or a duplicate, the writer finds out
	left       map[string]int
	bad        []badRecord
	broken     string   // why the stream ends here before the file does
	fault      error    // its records do not tile it
	head       []byte   // of a file that is refused, for quarantine
	kept       [][]byte // parts of the file itself, where it is kept in parts
	marks      []event.Mark
	stretch    []byte // the block's bytes, packed, where they are kept
	last       bool   // the file's last; its reading is complete now
	line       int64  // behind the block, if records go on there by themselves, written as goes says
	goes       string
	read       int64 // bytes of a large file that were read so far
	size       int64 // of the whole file, with its last piece, where only reading it told
}

// reading is a file that is being read.
type reading struct {
	candidate
	known    *fileRow // the same bytes, loaded before
	twin     bool     // under another name
	resumed  *fileRow // the same file, left in the middle
	sum      [sha256.Size]byte
	encoding string
	refused  *event.Reject
	problem  error
	from     int64  // it is read from here on: what was loaded before is not decoded again
	kept     []byte // the whole file, where it is kept as it is
	changed  bool   // while it was read
}

type job struct {
	out chan piece
	run func(*worker)
}

// feed reads files and calls take with every piece, in order, on the calling goroutine.
type feed struct {
	db    *DB
	stdin io.Reader
	keep  bool
	// mapping makes every record a row of a table of an analyst's own.
	mapping *event.Mapping
	jobs    chan *job
	order   chan *job
	lead    *lead
	ctx     context.Context
	tell    *teller
	bodies  map[string]string // of this load, by their names: where they stand
	fresh   bool              // the store had no files when the load began, so that there is none to look for
	spare   *spareRows
	cores   int
	places  int // to run

	decoded func([]event.Record) // what tests do to records before anything else sees them
}

func (f *feed) run(ctx context.Context, files []candidate, take func(piece) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var some bool
	if err := f.db.readers.QueryRowContext(ctx, "select exists (select 1 from file)").Scan(&some); err != nil && ctx.Err() == nil {
		return f.db.trouble("look for files", err)
	}
	f.fresh, f.bodies = !some, bodiesAmong(files)
	f.ctx, f.jobs, f.order, f.lead = ctx, make(chan *job, inQueue), make(chan *job, inFlight), newLead()
	f.cores = runtime.GOMAXPROCS(0)
	defer runtime.GOMAXPROCS(f.cores)
	for range max(2, f.cores) {
		go func() {
			w := worker{decoded: f.decoded, mapping: f.mapping, spare: f.spare}
			for j := range f.jobs {
				j.run(&w)
				close(j.out)
			}
		}()
	}
	go func() {
		defer close(f.order)
		defer close(f.jobs)
		for i := range files {
			if !f.file(&reading{candidate: files[i]}) {
				return
			}
		}
	}()
	for j := range f.order {
		for p := range j.out {
			f.lead.take(&p)
			// A stopped load drops pieces, so that what comes after the stop may have a gap before it.
			err := ctx.Err()
			if err == nil {
				err = take(p)
			}
			if err != nil {
				cancel()
				for range f.order { // until the feeder has gone
				}
				return err
			}
		}
	}
	return ctx.Err()
}

// room makes places to run for those at work.
func (f *feed) room(places int) {
	if places != f.places {
		f.places = places
		runtime.GOMAXPROCS(places)
	}
}

// do queues a job; not ok when the load was stopped.
func (f *feed) do(run func(w *worker, out chan<- piece)) bool {
	if !f.lead.wait(f.ctx) {
		return false
	}
	j := &job{out: make(chan piece, inJob)}
	j.run = func(w *worker) { run(w, j.out) }
	select {
	case f.order <- j:
	case <-f.ctx.Done():
		return false
	}
	select {
	case f.jobs <- j:
		return true
	case <-f.ctx.Done():
		close(j.out)
		return false
	}
}

func (f *feed) send(out chan<- piece, p piece) bool {
	f.lead.add(&p)
	select {
	case out <- p:
		return true
	case <-f.ctx.Done():
		return false
	}
}

// file queues one file.
func (f *feed) file(r *reading) bool {
	if r.problem = r.candidate.problem; r.problem != nil {
		return f.do(func(_ *worker, out chan<- piece) { f.send(out, piece{file: r, last: true}) })
	}
	if r.path == "-" {
		return f.large(r, io.NopCloser(f.stdin))
	}
	if r.stream {
		in, err := openPipe(f.ctx, r.path)
		if err != nil {
			r.problem = err
			return f.do(func(_ *worker, out chan<- piece) { f.send(out, piece{file: r, last: true}) })
		}
		return f.large(r, in)
	}
	if r.body && (f.mapping == nil || !r.named) {
		return f.body(r)
	}
	r.body = false
	if r.size <= smallFile {
		f.room(f.cores + 1)
		return f.do(func(w *worker, out chan<- piece) { f.small(w, r, out) })
	}
	file, info, err := r.open()
	if err != nil {
		r.problem = err
		return f.do(func(_ *worker, out chan<- piece) { f.send(out, piece{file: r, last: true}) })
	}
	r.info, r.size = info, info.Size()
	return f.large(r, file)
}

// small reads, hashes, expands and decodes a whole file.
func (f *feed) small(w *worker, r *reading, out chan<- piece) {
	data, err := r.readAll()
	if err != nil {
		r.problem = err
		f.send(out, piece{file: r, last: true})
		return
	}
	r.sum = sha256.Sum256(data)
	if !f.fresh {
		if r.resumed, err = f.db.fileLeft(f.ctx, r.path, r.info, mappedForm(f.mapping)); err == nil {
			err = f.again(r)
		}
	}
	if err != nil || r.known != nil {
		r.problem = err
		f.send(out, piece{file: r, last: true})
		return
	}
	ways := entries{last: -1}
	reader, err := event.OpenBytes(data, event.Reading{Siblings: f.siblings(r.path), Mapping: f.mapping, Marked: ways.mark})
	if err != nil {
		r.refuse(err)
		f.send(out, piece{file: r, last: true, head: data[:min(len(data), quarantineHead)]})
		return
	}
	r.encoding = reader.Encoding()
	if f.keep || strings.HasPrefix(r.encoding, "gzip") || strings.HasPrefix(r.encoding, "zstd") {
		r.kept = data
	}
	for {
		b, err := reader.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			r.problem = err
			break
		}
		begin, end := b.Offset, b.Offset+int64(len(b.Data))
		marks, keep := ways.take(r.encoding, begin, end)
		var stretch []byte
		if keep && end > 2*stretchFrom && begin < end { // what stands before is found soon enough from the beginning
			stretch = packStretch(b.Data)
		}
		p := w.decode(r, b)
		p.marks, p.stretch = packMarks(marks), stretch
		if !f.send(out, p) {
			return
		}
	}
	f.send(out, piece{file: r, last: true})
}

func (r *reading) readAll() ([]byte, error) {
	file, info, err := r.open()
	if err != nil {
		return nil, err
	}
	defer file.Close()
	data := make([]byte, 0, max(info.Size()+1, 512))
	for in := endOf(file, info); ; {
		n, err := in.Read(data[len(data):cap(data)])
		data = data[:len(data)+n]
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, err
		}
		if len(data) == cap(data) {
			data = append(data, 0)[:len(data)]
		}
	}
	r.check(file, info)
	r.info, r.size = info, int64(len(data))
	return data, nil
}

// endOf reads a file up to where it ended when it was opened: one that grows would never end. Those that the kernel makes up say
// that they are empty, and end after what a small file may have.
func endOf(file *os.File, info fs.FileInfo) io.Reader {
	size := info.Size()
	if size == 0 {
		size = smallFile
	}
	return io.LimitReader(file, size)
}

// check notes whether a file changed while it was read.
func (r *reading) check(file *os.File, before fs.FileInfo) {
	after, err := file.Stat()
	r.changed = err != nil || after.Size() != before.Size() || !after.ModTime().Equal(before.ModTime())
}

// refuse says why nothing of a file can be read.
func (r *reading) refuse(err error) {
	if !errors.As(err, &r.refused) {
		r.problem = err
	}
}
