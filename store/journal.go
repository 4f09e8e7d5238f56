package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/user"
	"runtime/debug"
	"strconv"
	"strings"
	"time"
)

// The journal is a chain: every entry holds the hash of its fields and of the entry before, and is written in the
// transaction of the change it tells of, so that no change is without its entry and the chain cannot fork. It proves
// tampering only against a head that was kept elsewhere: whoever owns the file can write a whole new chain.

// Entry is one line of the journal.
type Entry struct {
	Seq     int64
	Prev    []byte
	Hash    []byte
	At      time.Time
	Actor   Actor
	Action  string // create, load, detect, status, answer, note, new, story, pin, visit, undo, redo, …
	Object  string // store, load, rule, alert, case
	Number  int64  // the object's id
	Payload string // canonical JSON
}

// Actor is who did something: the login of the operating system, never $USER.
type Actor struct {
	UID    int
	Name   string
	Host   string
	PID    int
	Remote string // where an ssh login came from
	Build  string
}

func whoami() Actor {
	a := Actor{UID: os.Getuid(), PID: os.Getpid(), Name: strconv.Itoa(os.Getuid()), Build: build()}
	// Whoever became another user with su or sudo is told by the kernel's login id.
	if text, err := os.ReadFile("/proc/self/loginuid"); err == nil {
		if uid, err := strconv.ParseUint(strings.TrimSpace(string(text)), 10, 32); err == nil && uid != 1<<32-1 {
			a.UID = int(uid)
		}
	}
	if u, err := user.LookupId(strconv.Itoa(a.UID)); err == nil {
		a.Name = u.Username
	}
	a.Host, _ = os.Hostname()
	if from, _, ok := strings.Cut(os.Getenv("SSH_CLIENT"), " "); ok {
		a.Remote = from
	}
	return a
}

func build() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			return s.Value
		}
	}
	return info.Main.Version
}

// Actor is who this handle writes as.
func (db *DB) Actor() Actor { return db.actor }

// journal writes an entry. One about an alert or a case is written at the end of the transaction, with the hash of all that analysts
// have put on it by then.
func (tx *Tx) journal(action, object string, number int64, payload any) error {
	text, err := json.Marshal(payload)
	if err != nil {
		return fmt.Errorf("write the journal: %w", err)
	}
	e := Entry{At: tx.now, Actor: tx.actor, Action: action, Object: object, Number: number, Payload: string(text)}
	if worked[object] != nil {
		tx.waiting = append(tx.waiting, e)
		return nil
	}
	return tx.append(e)
}

// settle writes the entries that wait for the transaction's end.
func (tx *Tx) settle() error {
	for _, e := range tx.waiting {
		sum, err := workDigest(tx.ctx, tx, e.Object, e.Number)
		if err != nil {
			return err
		}
		if e.Payload, err = withWork(e.Payload, sum); err != nil {
			return err
		}
		if err := tx.append(e); err != nil {
			return err
		}
	}
	tx.waiting = nil
	return nil
}

// append puts an entry at the end of the chain.
func (tx *Tx) append(e Entry) error {
	err := tx.row("select seq, hash from journal order by seq desc limit 1").Scan(&e.Seq, &e.Prev)
	if errors.Is(err, sql.ErrNoRows) {
		e.Prev = make([]byte, sha256.Size)
	} else if err != nil {
		return err
	}
	e.Seq++
	e.Hash = e.digest()
	_, zone := e.At.Zone()
	a := e.Actor
	_, err = tx.exec("insert into journal (seq, prev, hash, at, zone, uid, actor, host, pid, remote, build, action, object, number, payload) values (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)", e.Seq, e.Prev, e.Hash, e.At.UnixNano(), zone,
		a.UID, a.Name, a.Host, a.PID, a.Remote, a.Build, e.Action, e.Object, e.Number, e.Payload)
	return err
}

// digest hashes an entry: its fields behind their lengths, so that no two entries read the same, and the hash before.
func (e *Entry) digest() []byte {
	h := sha256.New()
	field := func(b []byte) {
		var n [8]byte
		binary.BigEndian.PutUint64(n[:], uint64(len(b)))
		h.Write(n[:])
		h.Write(b)
	}
	number := func(n int64) { field(strconv.AppendInt(nil, n, 10)) }
	_, zone := e.At.Zone()
	h.Write([]byte("casebook-journal-v1"))
	number(e.Seq)
	number(e.At.UnixNano())
	number(int64(zone))
	number(int64(e.Actor.UID))
	for _, s := range []string{e.Actor.Name, e.Actor.Host} {
		field([]byte(s))
	}
	number(int64(e.Actor.PID))
	for _, s := range []string{e.Actor.Remote, e.Actor.Build, e.Action, e.Object} {
		field([]byte(s))
	}
	number(e.Number)
	field([]byte(e.Payload))
	field(e.Prev)
	return h.Sum(nil)
}

const entryColumns = "seq, prev, hash, at, zone, uid, actor, host, pid, remote, build, action, object, number, payload"

func scanEntry(scan func(...any) error) (Entry, error) {
	var e Entry
	var at, zone int64
	a := &e.Actor
	err := scan(&e.Seq, &e.Prev, &e.Hash, &at, &zone, &a.UID, &a.Name, &a.Host, &a.PID, &a.Remote, &a.Build, &e.Action, &e.Object, &e.Number, &e.Payload)
	e.At = time.Unix(0, at).In(time.FixedZone("", int(zone)))
	return e, err
}

// Journal lists what was done to an alert, oldest first.
func (db *DB) Journal(ctx context.Context, alert int64) ([]Entry, error) {
	return db.entries(ctx, "where object = 'alert' and number = ? order by seq", alert)
}

// JournalSince lists up to limit entries after a sequence number, oldest first.
func (db *DB) JournalSince(ctx context.Context, seq int64, limit int) ([]Entry, error) {
	return db.entries(ctx, "where seq > ? order by seq limit ?", seq, limit)
}

func (db *DB) entries(ctx context.Context, where string, args ...any) ([]Entry, error) {
	var all []Entry
	err := each(ctx, db.readers, "select "+entryColumns+" from journal "+where, args, func(scan func(...any) error) error {
		e, err := scanEntry(scan)
		all = append(all, e)
		return err
	})
	return all, db.trouble("read the journal", err)
}

// Head is the journal's last entry: what to write down elsewhere so that tampering shows.
func (db *DB) Head(ctx context.Context) (seq int64, hash []byte, err error) {
	err = db.readers.QueryRowContext(ctx, "select seq, hash from journal order by seq desc limit 1").Scan(&seq, &hash)
	return seq, hash, db.trouble("read the journal", err)
}

// walkJournal walks the chain. With a head that was kept elsewhere (nil for none) it also tells a chain that lost its end or was
// written anew. It gives the last entry that is sound; the error says where the first one is not.
func walkJournal(ctx context.Context, q querier, known *Head) (Head, error) {
	sound := Head{Hash: make([]byte, sha256.Size)}
	err := each(ctx, q, "select "+entryColumns+" from journal order by seq", nil, func(scan func(...any) error) error {
		e, err := scanEntry(scan)
		if err != nil {
			return err
		}
		switch {
		case e.Seq != sound.Seq+1:
			return &Broken{Seq: sound.Seq + 1, Text: "is missing"}
		case !bytes.Equal(e.Prev, sound.Hash):
			return &Broken{Seq: e.Seq, Text: "does not follow the entry before it"}
		case !bytes.Equal(e.digest(), e.Hash):
			return &Broken{Seq: e.Seq, Text: "was changed after it was written"}
		case known != nil && e.Seq == known.Seq && !bytes.HasPrefix(e.Hash, known.Hash):
			return &Broken{Seq: e.Seq, Text: "is not the one of head " + known.String() + ": the chain was written anew"}
		}
		sound = Head{e.Seq, e.Hash}
		return nil
	})
	if err == nil && known != nil && sound.Seq < known.Seq {
		err = &Broken{Seq: sound.Seq, Text: "is the last one, and head " + known.String() + " lies beyond it: the end was cut off"}
	}
	return sound, err
}

// Broken is the first entry of the journal that is not as it was written.
type Broken struct {
	Seq  int64
	Text string
}

func (b *Broken) Error() string { return fmt.Sprintf("journal entry %d %s", b.Seq, b.Text) }
