package store

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"casebook/store/event"
)

// foundFile is where a file's bytes are.
type foundFile struct {
	id       int64
	path     string // as it was loaded
	at       string // where it is now; "" in the store
	encoding string
}

func (f *foundFile) open(ctx context.Context, v *verifier) (io.ReadCloser, error) {
	if f.at == "" {
		return io.NopCloser(&keptFile{ctx: ctx, db: v.db, file: f.id, from: v.tx}), nil
	}
	return openRegular(f.at)
}

// openRegular opens a file to be read, without waiting for the other end of a pipe.
func openRegular(path string) (*os.File, error) {
	c := candidate{path: path, named: true}
	file, _, err := c.open()
	return file, err
}

// checkFiles hashes the evidence: what is kept in the store, and what is kept by reference as far as it is at hand.
func (v *verifier) checkFiles(ctx context.Context) error {
	rows, err := v.evidenceRows(ctx)
	if err != nil {
		return err
	}
	var n evidenceCounts
	var away []*evidenceRow
	elsewhere := v.elsewhere()
	there := map[string]*foundFile{} // by their hashes
	for i := range rows {
		r := &rows[i]
		f := &foundFile{id: r.id, path: string(r.path), encoding: r.encoding}
		copied := r.parts > 0
		if sealed := r.sha256 != nil || r.state == stateFollowing && r.checkpoint > 0; sealed && copied != (v.copied[r.id] || r.sha256 == nil) {
			return &finding{fmt.Sprintf("the store has a copy of %q, and the journal does not say so, or the other way round", f.path)}
		}
		switch {
		case r.parts != r.last+1:
			return &finding{fmt.Sprintf("the copy of %q in the store has gaps", f.path)}
		case copied:
			if err := v.checkCopy(ctx, r, f, &n); err != nil {
				return err
			}
			v.found[r.id], there[string(r.sha256)] = f, f
		case r.sha256 == nil, r.size == 0:
		default:
			if f.at = v.find(ctx, r.fileRow, elsewhere); f.at == "" {
				away = append(away, r)
				continue
			}
			n.referred++
			v.found[r.id], there[string(r.sha256)] = f, f
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	if err := v.checkAway(away, there, &n); err != nil {
		return err
	}
	text := ""
	if n.followed > 0 {
		text = fmt.Sprintf(", %d more are still followed", n.followed)
	}
	return v.say("files have the hashes they were loaded with: %d in the store, %d kept by reference%s", n.kept, n.referred, text)
}

// evidenceCounts are the files whose bytes are as they were loaded.
type evidenceCounts struct {
	kept, referred int // in the store, outside
	followed       int // in the store, as far as they were read
}

// evidenceRow is a file with how many parts of it the store has and the number of the last.
type evidenceRow struct {
	fileRow
	parts, last int64
}

func (v *verifier) evidenceRows(ctx context.Context) (rows []evidenceRow, err error) {
	err = each(ctx, v.tx, "select "+fileColumns+", (select count(*) from evidence where file = file.id), (select coalesce(max(part), -1) from evidence where file = file.id) from file order by id", nil, func(scan func(...any) error) error {
		var r evidenceRow
		var err error
		r.fileRow, err = scanFile(func(into ...any) error { return scan(append(into, &r.parts, &r.last)...) })
		rows = append(rows, r)
		return err
	})
	return rows, err
}

// checkCopy hashes the copy of a file that the store has.
func (v *verifier) checkCopy(ctx context.Context, r *evidenceRow, f *foundFile, n *evidenceCounts) error {
	in, err := f.open(ctx, v)
	if err != nil {
		return err
	}
	h := sha256.New()
	size, err := io.Copy(h, in)
	if err != nil {
		return &finding{fmt.Sprintf("the copy of %q cannot be read: %v", f.path, err)}
	}
	sum := h.Sum(nil)
	g, grows := v.growing[r.id]
	switch {
	case grows && (size != g.Read || r.encoding != "" || r.checkpoint != size || r.size != size || hex.EncodeToString(sum) != g.SHA256 || !bytes.Equal(r.path, g.Path)):
		return &finding{fmt.Sprintf("the copy of %q, which is followed, is not what was read", f.path)}
	case grows:
		n.followed++
	case r.sha256 == nil: // a load was stopped in it
	case !bytes.Equal(sum, r.sha256):
		return &finding{fmt.Sprintf("the copy of %q in the store is not what was loaded", f.path)}
	default:
		n.kept++
	}
	return nil
}

// checkAway looks for files that are not where they were among those of the same bytes that are there.
func (v *verifier) checkAway(away []*evidenceRow, there map[string]*foundFile, n *evidenceCounts) error {
	var missing []string
	for _, r := range away {
		twin := there[string(r.sha256)]
		switch v.found[r.id] = twin; {
		case twin == nil:
			missing = append(missing, string(r.path))
		case twin.at == "":
			n.kept++
		default:
			n.referred++
		}
	}
	if len(missing) == 0 {
		return nil
	}
	text := fmt.Sprintf("files kept by reference that are not at hand as they were loaded: %d, %q first", len(missing), missing[0])
	if len(v.options.Evidence) > 0 {
		return &finding{text}
	}
	v.unproven("what is in " + text + "; name folders to look in with --evidence")
	return nil
}

// elsewhere lists the files under the folders of evidence by their size.
func (v *verifier) elsewhere() map[int64][]string {
	by := map[int64][]string{}
	for _, dir := range v.options.Evidence {
		for _, c := range v.db.candidates([]string{dir}, nil) {
			if c.problem == nil {
				by[c.size] = append(by[c.size], c.path)
			}
		}
	}
	return by
}

// find looks for a file where it was loaded from, and by its hash in the folders of evidence.
func (v *verifier) find(ctx context.Context, r fileRow, elsewhere map[int64][]string) string {
	for _, path := range append([]string{string(r.path)}, elsewhere[r.size]...) {
		if sum, err := hashOf(ctx, path, r.size); err == nil && bytes.Equal(sum, r.sha256) {
			return path
		}
	}
	return ""
}

var errOtherSize = errors.New("of another size")

func hashOf(ctx context.Context, path string, size int64) ([]byte, error) {
	file, err := openRegular(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	if info, err := file.Stat(); err != nil || info.Size() != size {
		return nil, errOtherSize
	}
	sum := sha256.New()
	for {
		if n, err := io.CopyN(sum, file, 16<<20); err == io.EOF {
			return sum.Sum(nil), nil
		} else if err != nil || n == 0 {
			return nil, err
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
	}
}

// checkEvents reads every event's record from the evidence and hashes it.
func (v *verifier) checkEvents(ctx context.Context) error {
	var segments []*segment
	if err := each(ctx, v.tx, "select "+segmentColumns+" from segment where replaced = 0 order by id", nil, func(scan func(...any) error) error {
		s, err := scanSegment(scan)
		segments = append(segments, s)
		return err
	}); err != nil {
		return err
	}
	var sound, unread int64
	var in textReader
	defer in.close()
	for _, segment := range segments {
		places, err := v.places(ctx, segment)
		if err != nil {
			return err
		}
		slices.SortFunc(places, func(a, b heldPlace) int { return cmp.Or(cmp.Compare(a.file, b.file), cmp.Compare(a.begin, b.begin)) })
		for _, p := range places {
			v.counts[p.file]++
			f := v.found[p.file]
			if f == nil {
				unread++
				continue
			}
			place, err := in.at(ctx, v, f, p.begin, p.length)
			if err != nil {
				return &finding{fmt.Sprintf("event %d cannot be read from %q, byte %d: %v", p.id, f.path, p.begin, err)}
			}
			if sum := sha256.Sum256(place); !bytes.Equal(sum[:], p.sum) {
				return &finding{fmt.Sprintf("the record of event %d, at byte %d of %q, is not what was loaded", p.id, p.begin, f.path)}
			}
			sound++
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	if unread > 0 {
		v.unproven(fmt.Sprintf("what the records of %s are, whose files are not at hand", many(unread, "event", "events")))
	}
	return v.say("records have the hashes they were loaded with: those of %s", many(sound, "event", "events"))
}

// textReader reads places of expanded files, which come file by file and rising.
type textReader struct {
	file *foundFile
	in   io.ReadCloser
	text io.Reader
	pos  int64
}

func (t *textReader) close() {
	if t.in != nil {
		t.in.Close()
		t.in = nil
	}
}

func (t *textReader) at(ctx context.Context, v *verifier, f *foundFile, begin, length int64) ([]byte, error) {
	if t.file != f || begin < t.pos || t.in == nil {
		t.close()
		in, err := f.open(ctx, v)
		if err != nil {
			return nil, err
		}
		t.file, t.in, t.text, t.pos = f, in, in, 0
		if f.encoding != "" {
			expanded, err := event.Expand(in)
			if err != nil {
				return nil, err
			}
			t.text = expanded
		} else if s, ok := in.(io.Seeker); ok {
			if t.pos, err = s.Seek(begin, io.SeekStart); err != nil {
				return nil, err
			}
		}
	}
	if length < 0 || length > quarantineMost {
		return nil, errShort
	}
	if _, err := io.CopyN(io.Discard, t.text, begin-t.pos); err != nil {
		return nil, errShort
	}
	place := make([]byte, length)
	if _, err := io.ReadFull(t.text, place); err != nil {
		return nil, errShort
	}
	t.pos = begin + length
	return place, nil
}

// checkQuarantine hashes what is kept of records in quarantine, and holds what was taken out of it against the journal.
func (v *verifier) checkQuarantine(ctx context.Context) error {
	replayed := map[int64]bool{}
	if err := v.entries(ctx, "where action = 'replay' order by seq", func(e *Entry) error {
		var taken struct{ Taken []int64 }
		if err := unmarshalEntry(e, &taken); err != nil {
			return err
		}
		for _, id := range taken.Taken {
			replayed[id] = true
		}
		return nil
	}); err != nil {
		return err
	}
	count := 0
	err := each(ctx, v.tx, "select id, length, sha256, raw, state from quarantine order by id", nil, func(scan func(...any) error) error {
		var id, length int64
		var want, raw []byte
		var state string
		if err := scan(&id, &length, &want, &raw, &state); err != nil {
			return err
		}
		count++
		if sum := sha256.Sum256(raw); int64(len(raw)) == length && !bytes.Equal(sum[:], want) {
			return &finding{fmt.Sprintf("the bytes of record %d in quarantine are not what was kept", id)}
		}
		if (state == quarantineReplayed) != replayed[id] {
			return &finding{fmt.Sprintf("record %d in quarantine is %s, which the journal does not say", id, state)}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return v.say("records have the bytes they were kept with, and left it as the journal says: %d", count)
}
