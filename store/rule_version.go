package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"time"
)

// A rule's file is replaced when it is added again, and a library's rules change with casebook. What they were stays: texts are kept by
// their hashes when they run and when another takes their place, and the journal and the runs say when.

// RuleVersion is a text that a rule had.
type RuleVersion struct {
	SHA256 [sha256.Size]byte
	Text   string
	Since  time.Time // it was added, or ran for the first time
	Actor  string    // who added it, or ran it
	Added  bool      // Since is of its adding
}

// RuleVersions are the texts of a rule since it is known here, newest first: those that were added under its file's path ("" for none), and
// those that it ran with.
func (db *DB) RuleVersions(ctx context.Context, rule, path string) ([]RuleVersion, error) {
	versions, err := db.addedVersions(ctx, path)
	if err != nil {
		return nil, db.trouble("read the versions of a rule", err)
	}
	err = each(ctx, db.readers, `select r.sha256, cast(r.text as text), min(run.ran), run.actor from rule_run run join rule_text r on r.sha256 = run.text
		where run.rule = ? group by r.sha256`, []any{rule}, func(scan func(...any) error) error {
		var v RuleVersion
		var sum []byte
		var ran int64
		err := scan(&sum, &v.Text, &ran, &v.Actor)
		copy(v.SHA256[:], sum)
		if !slices.ContainsFunc(versions, func(other RuleVersion) bool { return other.SHA256 == v.SHA256 }) {
			v.Since = time.Unix(0, ran).UTC()
			versions = append(versions, v)
		}
		return err
	})
	slices.SortStableFunc(versions, func(x, y RuleVersion) int { return y.Since.Compare(x.Since) })
	return versions, db.trouble("read the versions of a rule", err)
}

// addedVersions are the texts that the journal says were added under a path, as far as they are kept.
func (db *DB) addedVersions(ctx context.Context, path string) ([]RuleVersion, error) {
	if path == "" {
		return nil, nil
	}
	entries, err := db.entries(ctx, "where action = 'rule add' order by seq")
	if err != nil {
		return nil, err
	}
	var versions []RuleVersion
	for _, e := range entries {
		var of struct{ Path, SHA256 string }
		if err := json.Unmarshal([]byte(e.Payload), &of); err != nil || of.Path != asInJSON(path) {
			continue
		}
		sum, err := hex.DecodeString(of.SHA256)
		if err != nil {
			continue // a journal that was tampered with is for verify to tell of
		}
		err = each(ctx, db.readers, "select cast(text as text) from rule_text where sha256 = ?1 union all select cast(text as text) from rule_file where sha256 = ?1 limit 1", []any{sum}, func(scan func(...any) error) error {
			v := RuleVersion{Since: e.At.UTC(), Actor: e.Actor.Name, Added: true}
			copy(v.SHA256[:], sum)
			err := scan(&v.Text)
			versions = append(versions, v)
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return versions, nil
}

// asInJSON is a text as it comes out of JSON again, which has no bytes that are no text.
func asInJSON(text string) string {
	var back string
	if b, err := json.Marshal(text); err == nil {
		_ = json.Unmarshal(b, &back) // what was just written
	}
	return back
}
