package event

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
)

// giant is a record too long to keep: its head, its hash and its length are.
type giant struct {
	record Record
	what   string // line, or value
	scan   extent
	sum    hash.Hash
}

// begin starts to let a record too long go by.
func (r *Reader) begin(what string) {
	r.giant = &giant{what: what, sum: sha256.New(), record: Record{
		Offset: r.offset, At: r.offset, Line: r.line, Kind: Rejected, Form: r.form,
		Raw: append([]byte(nil), r.buf[:min(keepHead, len(r.buf))]...),
	}}
}

// passGiant lets a buffer full of a giant go by.
func (r *Reader) passGiant() {
	g := r.giant
	r.fill(r.how.Block)
	end, over := len(r.buf), r.err != nil
	if g.what == "line" {
		if n := bytes.IndexByte(r.buf, '\n'); n >= 0 {
			end, over = n+1, true
		}
	} else {
		g.scan.pos = 0
		switch g.scan.run(r.buf) {
		case complete:
			end, over = g.scan.pos, true
		case torn:
			end, over = g.scan.pos+1, true
		case unfinished:
			// A backslash whose escape is in the next buffer waits there.
			if g.scan.pos < end && !over {
				end = g.scan.pos
			}
		}
	}
	endsLine := end > 0 && r.buf[end-1] == '\n'
	g.sum.Write(r.buf[:end])
	if r.how.Passed != nil {
		r.how.Passed(r.buf[:end])
	}
	g.record.Length += int64(end)
	r.offset += int64(end)
	r.line += int64(bytes.Count(r.buf[:end], newline))
	if r.whole {
		r.buf = r.buf[end:]
	} else {
		r.buf = append(r.buf[:0], r.buf[end:]...)
	}
	if !over {
		return
	}
	g.record.Size = g.record.Length
	g.record.Reject = Reject{CodeLong, fmt.Sprintf("a record of %d bytes, where 16 MiB are the most; its first 64 KiB are kept; sha256 %s",
		g.record.Length, hex.EncodeToString(g.sum.Sum(nil)))}
	r.queue = append(r.queue, &Block{Offset: g.record.Offset, Line: g.record.Line, ready: &g.record})
	r.giant = nil
	r.cutter.running, r.cutter.pos, r.cutter.fresh = false, 0, endsLine
	if r.err != nil && len(r.buf) == 0 {
		r.finish()
	}
}
