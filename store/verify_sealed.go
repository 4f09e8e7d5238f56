package store

import (
	"context"
	"encoding/hex"
	"fmt"
)

// checkSeals holds what the journal has sealed against what there is.
func (v *verifier) checkSeals(ctx context.Context) error {
	sealed := sealedAll{files: map[int64]bool{}}
	replaced, err := v.replacedSeals(ctx)
	if err != nil {
		return err
	}
	err = v.entries(ctx, "where action = 'seal' order by seq", func(e *Entry) error {
		var s seal
		if err := unmarshalEntry(e, &s); err != nil || replaced[e.Seq] {
			return err
		}
		if err := v.holds(ctx, &s, e); err != nil {
			return err
		}
		sealed.add(&s)
		mark(v.copied, s.Kept)
		for _, g := range s.Growing {
			v.growing[g.File] = g
		}
		return nil
	})
	if err != nil {
		return err
	}
	if err := v.allSealed(ctx, &sealed); err != nil {
		return err
	}
	if err := v.entries(ctx, "where action = 'keep' order by seq", func(e *Entry) error {
		v.copied[e.Number] = true
		return nil
	}); err != nil {
		return err
	}
	return v.say("all is as its load has sealed it: %s, %s of events, %s, %s in quarantine", many(len(sealed.files), "file", "files"), many(sealed.segment, "segment", "segments"),
		many(sealed.word, "word", "words"), many(sealed.aside, "record", "records"))
}

// sealedAll is what all seals cover together.
type sealedAll struct {
	marks // how many of each
	files map[int64]bool
}

func (a *sealedAll) add(s *seal) {
	for _, n := range s.segments() {
		a.segment += length(n)
	}
	a.word += length(s.Words)
	a.aside += length(s.Aside)
	a.late += length(s.Late)
	a.taken += length(s.Taken)
	mark(a.files, s.Files)
}

// length is how many there are from one to another; [0,0] are none.
func length(run [2]int64) int64 {
	if run[1] == 0 {
		return 0
	}
	return run[1] - run[0] + 1
}

// holds tells whether all that a seal covers is there as it was.
func (v *verifier) holds(ctx context.Context, s *seal, e *Entry) error {
	for _, n := range s.segments() {
		var live int64
		if err := v.tx.QueryRowContext(ctx, "select count(*) from segment where replaced <= 0 and id between ? and ?", n[0], n[1]).Scan(&live); err != nil {
			return err
		}
		if live != length(n) {
			return &finding{s.broken(e)}
		}
	}
	sum, err := s.digest(ctx, v.tx)
	if err != nil {
		return err
	}
	if hex.EncodeToString(sum) != s.SHA256 {
		return &finding{s.broken(e)}
	}
	return nil
}

// allSealed tells whether anything is there that no seal covers.
func (v *verifier) allSealed(ctx context.Context, sealed *sealedAll) error {
	var have marks
	var strays int64
	if err := v.tx.QueryRowContext(ctx, `select (select count(*) from segment where replaced <= 0), (select count(*) from word), (select count(*) from quarantine), (select count(*) from late), (select count(*) from taken),
		(select count(*) from pack where segment not in (select id from segment))`).Scan(&have.segment, &have.word, &have.aside, &have.late, &have.taken, &strays); err != nil {
		return err
	}
	for _, x := range []struct {
		what         string
		have, sealed int64
	}{
		{"segments", have.segment, sealed.segment},
		{"words", have.word, sealed.word},
		{"records in quarantine", have.aside, sealed.aside},
		{"late bodies", have.late, sealed.late},
		{"spans of better copies", have.taken, sealed.taken},
		{"columns without a segment", strays, 0},
	} {
		if x.have != x.sealed {
			return &finding{fmt.Sprintf("there are %d %s, and loads have sealed %d", x.have, x.what, x.sealed)}
		}
	}
	return each(ctx, v.tx, "select id, cast(path as text) from file where state in (?, ?, ?, ?)", []any{stateComplete, stateIncomplete, stateRefused, stateBody}, func(scan func(...any) error) error {
		var id int64
		var path string
		if err := scan(&id, &path); err != nil {
			return err
		}
		if !sealed.files[id] {
			return &finding{fmt.Sprintf("file %d, %q, was not sealed by any load", id, path)}
		}
		return nil
	})
}

// replacedSeals are the entries whose seals later ones have taken the place of.
func (v *verifier) replacedSeals(ctx context.Context) (map[int64]bool, error) {
	replaced := map[int64]bool{}
	return replaced, v.entries(ctx, "where action = 'seal' order by seq desc", func(e *Entry) error {
		var s seal
		if err := unmarshalEntry(e, &s); err != nil || s.Replaces[1] == 0 {
			return err
		}
		if s.Replaces[1] >= e.Seq {
			return &finding{fmt.Sprintf("journal entry %d takes the place of later ones", e.Seq)}
		}
		for seq := s.Replaces[0]; seq <= s.Replaces[1]; seq++ {
			replaced[seq] = true
		}
		return nil
	})
}

func mark(set map[int64]bool, runs [][2]int64) {
	for _, r := range runs {
		for id := r[0]; id <= r[1]; id++ {
			set[id] = true
		}
	}
}

// broken says what a seal is about that does not hold.
func (s *seal) broken(e *Entry) string {
	text := fmt.Sprintf("what was loaded until %s", e.At.UTC().Format("2006-01-02 15:04:05Z"))
	if len(s.Files) > 0 {
		text += fmt.Sprintf(", files %d to %d", s.Files[0][0], s.Files[len(s.Files)-1][1])
	}
	if s.Segments[1] > 0 {
		text += fmt.Sprintf(", segments %d to %d", s.Segments[0], s.Segments[1])
	}
	if s.Words[1] > 0 {
		text += fmt.Sprintf(", words %d to %d", s.Words[0], s.Words[1])
	}
	if s.Aside[1] > 0 {
		text += fmt.Sprintf(", records %d to %d in quarantine", s.Aside[0], s.Aside[1])
	}
	return text + fmt.Sprintf(", is not what journal entry %d has sealed: a row was changed, taken away or put in", e.Seq)
}
