package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"hash/maphash"
	"io"
	"strings"
	"sync"

	"casebook/store/event"
)

// The bodies that Bedrock writes into objects of their own are evidence as the records are: each has a file's row with its hash, and small
// compressed ones are kept in the store. They are no logs, and are read where a record names them.

// bodies is what is known of the store's bodies: files by the names that records know them by. There may be millions, of which a
// replay asks for few: so of a name no more is held than its hash, and whether a file is of the name is looked at when it is found.
type bodies struct {
	mu      sync.Mutex
	version int64 // of the store, when they were looked for
	last    int64 // the newest file among them
	seed    maphash.Seed
	first   map[uint64]int64   // the oldest file of a hash …
	more    map[uint64][]int64 // … and the others
}

func (b *bodies) add(name string, file int64) {
	if b.first == nil {
		b.seed, b.first, b.more = maphash.MakeSeed(), map[uint64]int64{}, map[uint64][]int64{}
	}
	hash := maphash.String(b.seed, name)
	if _, ok := b.first[hash]; ok {
		b.more[hash] = append(b.more[hash], file)
		return
	}
	b.first[hash] = file
}

// find are the files that may be of a name, the oldest first.
func (b *bodies) find(name string) []int64 {
	if b.first == nil {
		return nil
	}
	hash := maphash.String(b.seed, name)
	first, ok := b.first[hash]
	if !ok {
		return nil
	}
	return append([]int64{first}, b.more[hash]...)
}

// maybeBodies are the files that may hold the body of a name, the oldest first.
func (db *DB) maybeBodies(ctx context.Context, name string) ([]int64, error) {
	b := &db.bodies
	b.mu.Lock()
	defer b.mu.Unlock()
	version, err := db.Version(ctx)
	if err != nil || version == b.version {
		return b.find(name), err
	}
	err = each(ctx, db.readers, "select id, path from file where state = 'body' and id > ? order by id", []any{b.last}, func(scan func(...any) error) error {
		var path []byte
		if err := scan(&b.last, &path); err != nil {
			return err
		}
		b.add(event.BodyName(string(path)), b.last)
		return nil
	})
	if err == nil {
		b.version = version
	}
	return b.find(name), db.trouble("look for a body", err)
}

// bodyFiles visits the files that hold the body of a name, the oldest first, as long as visit wants more.
func (db *DB) bodyFiles(ctx context.Context, name string, visit func(*fileRow) (more bool)) error {
	ids, err := db.maybeBodies(ctx, name)
	if err != nil {
		return err
	}
	for _, id := range ids {
		row, err := scanFile(db.readers.QueryRowContext(ctx, "select "+fileColumns+" from file where id = ?", id).Scan)
		if err != nil {
			return db.trouble("look for a body", err)
		}
		if event.BodyName(string(row.path)) == name && !visit(&row) {
			return nil
		}
	}
	return nil
}

// body reads the body of a name; not ok where the store has none that is at hand.
func (db *DB) body(ctx context.Context, name string) (content []byte, ok bool) {
	err := db.bodyFiles(ctx, name, func(file *fileRow) bool {
		held, err := db.held(ctx, file.id)
		if err != nil {
			return true
		}
		in, closing, err := db.openEvidence(ctx, &held)
		if err != nil {
			return true
		}
		content, ok = expandBody(in)
		ok = closing() == nil && ok
		return !ok
	})
	if err != nil || !ok {
		return nil, false // nobody can tell, or there is none
	}
	return content, true
}

// bodyKnown is the file that has a body already, by its name and its bytes; nil for none.
func (db *DB) bodyKnown(ctx context.Context, path string, sum []byte) (known *fileRow, twin bool, err error) {
	err = db.bodyFiles(ctx, event.BodyName(path), func(file *fileRow) bool {
		if bytes.Equal(file.sha256, sum) {
			known = file
			twin = string(file.path) != path
			return twin
		}
		return true
	})
	return known, twin, err
}

// bodiesAmong are the bodies among the files of a load, by their names.
func bodiesAmong(files []candidate) map[string]string {
	found := map[string]string{}
	for i := range files {
		if c := &files[i]; c.body && c.problem == nil {
			found[event.BodyName(c.path)] = c.path
		}
	}
	return found
}

// body reads and hashes a body.
func (f *feed) body(r *reading) bool {
	return f.do(func(_ *worker, out chan<- piece) {
		if r.size > maxBody {
			r.problem = f.readLargeBody(r, out)
		} else {
			r.problem = f.readBody(r)
		}
		f.send(out, piece{file: r, last: true})
	})
}

func (f *feed) readBody(r *reading) error {
	data, err := r.readAll()
	if err != nil {
		return err
	}
	r.sum = sha256.Sum256(data)
	if stream, err := event.Expand(bytes.NewReader(data)); err == nil {
		r.encoding = stream.Encoding
	}
	packed := strings.HasPrefix(r.encoding, "gzip") || strings.HasPrefix(r.encoding, "zstd")
	if f.keep || packed && len(data) <= smallFile {
		r.kept = data
	}
	r.known, r.twin, err = f.db.bodyKnown(f.ctx, r.path, r.sum[:])
	return err
}

// readLargeBody hashes a body that is too large to be read with a record. One that is to be kept is read again for that, once it is
// known that the store has none like it.
func (f *feed) readLargeBody(r *reading, out chan<- piece) error {
	err := f.hashBody(r, Reading, nil)
	if err == nil {
		r.known, r.twin, err = f.db.bodyKnown(f.ctx, r.path, r.sum[:])
	}
	if err == nil && r.known == nil && f.keep {
		r.resumed, err = f.db.fileLeft(f.ctx, r.path, r.info, mappedForm(f.mapping))
	}
	if err != nil || !f.keep || r.known != nil {
		return err
	}
	sum, changed := r.sum, r.changed
	err = f.hashBody(r, Copying, func(parts [][]byte) bool { return f.send(out, piece{file: r, kept: parts}) })
	r.changed = r.changed || changed || sum != r.sum // what is kept is what was read last
	return err
}

// hashBody hashes a large body and hands on its parts, where anyone takes them.
func (f *feed) hashBody(r *reading, doing Doing, take func([][]byte) bool) error {
	file, info, err := r.open()
	if err != nil {
		return err
	}
	defer file.Close()
	h := &hashing{in: f.tell.reader(f.ctx, endOf(file, info), doing, r.path, r.size), sum: sha256.New(), keep: take != nil}
	for room := make([]byte, 64<<10); ; {
		_, err := h.Read(room)
		if err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		if parts := h.taken(err != nil); len(parts) > 0 && !take(parts) {
			return f.ctx.Err()
		}
		if err != nil {
			break
		}
	}
	r.check(file, info)
	r.info, r.size = info, h.n
	h.sum.Sum(r.sum[:0])
	return nil
}
