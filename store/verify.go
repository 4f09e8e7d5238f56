package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Verifying asks whether the store still is what casebook has put into it, and whether what it says of the evidence holds. Every
// step reads one and the same state of the store, however much others write meanwhile, and writes nothing.

// VerifyOptions say what to verify against.
type VerifyOptions struct {
	// Evidence are folders with the files that were loaded; given, every file that the store keeps by reference must be found
	// where it was or under one of them. Otherwise those that are not at hand are told.
	Evidence []string
	// Head is a head of the journal that was kept elsewhere; nil for none.
	Head *Head
	// Told is called with every step when it is done.
	Told func(Step)
}

// Step is one thing that was verified.
type Step struct {
	Name  string `json:"step"`
	Sound bool   `json:"sound"`
	Text  string `json:"text"` // what holds, or the first thing that does not
}

// Verification is what verifying found.
type Verification struct {
	Steps []Step `json:"steps"`
	Head  Head   `json:"head"` // of the journal as it was verified
	// Unproven is what the steps cannot tell.
	Unproven []string `json:"unproven"`
}

// Sound tells whether every step holds.
func (v *Verification) Sound() bool {
	return !slices.ContainsFunc(v.Steps, func(s Step) bool { return !s.Sound })
}

// Head is the journal's last entry: what to write down elsewhere so that tampering shows.
type Head struct {
	Seq  int64  `json:"seq"`
	Hash []byte `json:"-"` // or its first bytes
}

// headBytes is how much of the hash people write down.
const headBytes = 8

// String is the head as people write it down: 128:9f3c12ab34cd56ef.
func (h Head) String() string {
	return fmt.Sprintf("%d:%x", h.Seq, h.Hash[:min(headBytes, len(h.Hash))])
}

// ParseHead reads what String writes.
func ParseHead(s string) (Head, error) {
	number, print, ok := strings.Cut(strings.TrimSpace(s), ":")
	seq, err := strconv.ParseInt(number, 10, 64)
	hash, fault := hex.DecodeString(print)
	if !ok || err != nil || fault != nil || seq < 1 || len(hash) < 4 || len(hash) > sha256.Size {
		return Head{}, fmt.Errorf("want a head such as 128:9f3c12ab34cd56ef, found %q", s)
	}
	return Head{Seq: seq, Hash: hash}, nil
}

// finding is the first thing in a step that does not hold.
type finding struct{ text string }

func (f *finding) Error() string { return f.text }

// verifier verifies.
type verifier struct {
	db      *DB
	tx      *sql.Tx // one state of the store
	options VerifyOptions
	result  *Verification
	said    string // by the step that runs

	copied  map[int64]bool       // the files that the journal says the store has a copy of
	growing map[int64]growing    // the files that are followed, as the journal has them
	found   map[int64]*foundFile // the evidence of files that is at hand
	counts  map[int64]int64      // events of files
}

// Verify verifies the store. The error is for what kept it from being verified; what does not hold is in the steps.
func (db *DB) Verify(ctx context.Context, options VerifyOptions) (*Verification, error) {
	tx, err := db.readers.BeginTx(ctx, nil)
	if err != nil {
		return nil, db.trouble("verify", err)
	}
	defer tx.Rollback()
	v := &verifier{db: db, tx: tx, options: options, result: &Verification{}, copied: map[int64]bool{}, growing: map[int64]growing{}, found: map[int64]*foundFile{}, counts: map[int64]int64{}}
	for _, step := range []struct {
		name  string
		check func(context.Context) error
	}{
		{"store", v.checkStore}, {"journal", v.checkJournal}, {"head", v.checkHead}, {"loads", v.checkSeals}, {"files", v.checkFiles}, {"events", v.checkEvents},
		{"quarantine", v.checkQuarantine}, {"alerts", v.checkAlerts}, {"work", v.checkWork}, {"rules", v.checkRules}, {"accounts", v.checkAccounts},
	} {
		v.said = ""
		err := step.check(ctx)
		if ctx.Err() != nil {
			return v.result, ctx.Err()
		}
		s := Step{Name: step.name, Sound: err == nil, Text: v.said}
		if err != nil {
			s.Text = err.Error()
		}
		v.result.Steps = append(v.result.Steps, s)
		if options.Told != nil {
			options.Told(s)
		}
	}
	v.unproven("that the logs told the truth when they were loaded, or who sat at a login that did something")
	v.unproven("that the rules find these alerts in these events: \"casebook detect\" finds them again")
	return v.result, nil
}

func (v *verifier) say(format string, args ...any) error {
	v.said = fmt.Sprintf(format, args...)
	return nil
}

// many is a number of things.
func many[T ~int | ~int64](n T, one, more string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, more)
}

func (v *verifier) unproven(text string) { v.result.Unproven = append(v.result.Unproven, text) }

// entries reads entries of the journal.
func (v *verifier) entries(ctx context.Context, where string, f func(*Entry) error) error {
	return each(ctx, v.tx, "select "+entryColumns+" from journal "+where, nil, func(scan func(...any) error) error {
		e, err := scanEntry(scan)
		if err != nil {
			return err
		}
		return f(&e)
	})
}

// checkStore asks SQLite whether the file is sound, and whether tables, triggers and views are casebook's.
func (v *verifier) checkStore(ctx context.Context) error {
	var answer string
	if err := v.tx.QueryRowContext(ctx, "pragma integrity_check(1)").Scan(&answer); err != nil {
		return err
	}
	if answer != "ok" {
		return &finding{"the file is damaged: " + answer}
	}
	err := each(ctx, v.tx, `select "table", rowid, parent from pragma_foreign_key_check limit 1`, nil, func(scan func(...any) error) error {
		var table, parent string
		var row sql.NullInt64
		if err := scan(&table, &row, &parent); err != nil {
			return err
		}
		return &finding{fmt.Sprintf("row %d of %s refers to a %s that is not there", row.Int64, table, parent)}
	})
	if err != nil {
		return err
	}
	var t *Trouble
	if err := v.db.checkSchema(ctx); errors.As(err, &t) {
		return &finding{t.Text}
	} else if err != nil {
		return err
	}
	var octets, sum int
	var alphabet []byte
	if err := v.tx.QueryRowContext(ctx, "select (select count(*) from octet), (select sum(n) from octet), (select bytes from alphabet)").Scan(&octets, &sum, &alphabet); err != nil {
		return err
	}
	for i, b := range alphabet {
		if int(b) != i {
			alphabet = nil
		}
	}
	if octets != 256 || sum != 255*256/2 || len(alphabet) != 256 {
		return &finding{"the tables octet and alphabet, which its views read numbers with, are not as casebook made them"}
	}
	return v.say("the file is sound, and its %d migrations made its tables", len(migrations))
}

// checkJournal walks the chain.
func (v *verifier) checkJournal(ctx context.Context) error {
	head, err := walkJournal(ctx, v.tx, nil)
	v.result.Head = head
	var b *Broken
	if errors.As(err, &b) {
		text := b.Error()
		if head.Seq > 0 {
			text += ", the last good head is " + head.String()
		}
		return &finding{text}
	}
	if err != nil {
		return err
	}
	back := int64(0)
	var before *Entry
	err = v.entries(ctx, "order by seq", func(e *Entry) error {
		if before != nil && e.At.Before(before.At) && back == 0 {
			back = e.Seq
		}
		before = e
		return nil
	})
	if err != nil {
		return err
	}
	text := ""
	if back > 0 {
		text = fmt.Sprintf("; a clock was set back before entry %d", back)
	}
	return v.say("each entry follows the one before: %s, head %s%s", many(head.Seq, "entry", "entries"), head, text)
}

// checkHead looks for the head that was kept elsewhere among the journal's entries.
func (v *verifier) checkHead(ctx context.Context) error {
	if v.options.Head == nil {
		v.unproven("that the journal's end was not cut off, or all of it written anew: give a head that was kept elsewhere with --head")
		return v.say("none was given")
	}
	_, err := walkJournal(ctx, v.tx, v.options.Head)
	var b *Broken
	if errors.As(err, &b) {
		return &finding{b.Error()}
	}
	if err != nil {
		return err
	}
	return v.say("%s is an entry of this journal", v.options.Head)
}

// checkRules holds what analysts brought, rules, tables to look things up in, mappings, against the hashes that the journal has of them.
func (v *verifier) checkRules(ctx context.Context) error {
	told := map[string]string{} // hash by what and name
	if err := v.entries(ctx, "where object in ('rule file', 'lookup', 'mapping') order by seq", func(e *Entry) error {
		var x struct{ Path, Name, SHA256 string }
		if err := unmarshalEntry(e, &x); err != nil {
			return err
		}
		name := x.Name
		if e.Object == "rule file" {
			name = x.Path
		}
		if delete(told, e.Object+" "+name); x.SHA256 != "" {
			told[e.Object+" "+name] = x.SHA256
		}
		return nil
	}); err != nil {
		return err
	}
	count := 0
	for _, table := range []struct {
		what, query string
		told        bool
	}{
		{"rule file", "select cast(path as text), text, sha256 from rule_file", true},
		{"lookup", "select name, text, sha256 from lookup", true},
		{"mapping", "select name, text, sha256 from mapping", true},
		{"text of a rule", "select cast(path as text), text, sha256 from rule_text", false},
	} {
		err := each(ctx, v.tx, table.query, nil, func(scan func(...any) error) error {
			var name string
			var text, want []byte
			if err := scan(&name, &text, &want); err != nil {
				return err
			}
			count++
			sum := sha256.Sum256(text)
			key := table.what + " " + name
			if string(sum[:]) != string(want) || table.told && told[key] != hex.EncodeToString(sum[:]) {
				return &finding{fmt.Sprintf("the %s %q is not what was added", table.what, name)}
			}
			delete(told, key)
			return nil
		})
		if err != nil {
			return err
		}
	}
	for key := range told {
		return &finding{fmt.Sprintf("the %q that was added is not there", key)}
	}
	return v.say("rules, lookups and mappings have the hashes they were kept with: %s", many(count, "text", "texts"))
}
