package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	sqlite "github.com/mattn/go-sqlite3"
)

// appID marks a store in its header: "CSBK".
const appID = 0x4353424b

// busyWait is how long a write waits for others. Loads commit every few hundred milliseconds, but SQLite lets nobody queue: whoever waits
// looks ten times a second whether it is free, and on a busy machine several others may be faster again and again.
const busyWait = time.Minute

// minSQLite is the first SQLite without the WAL-reset fault, which corrupts stores that several people write.
const minSQLite = 3051003

// Options say how to open a store.
type Options struct {
	// ReadOnly opens an existing store and changes nothing, not even the schema.
	ReadOnly bool
	// OrReadOnly opens a store as ReadOnly does where it cannot be written.
	OrReadOnly bool
	// Existing makes a missing store an error instead of creating one.
	Existing bool
	// Shared accepts a store that the file's group can read or write: analysts of one team on one host.
	Shared bool
}

// Open opens the store at a path, creating it with mode 0600 where there is none, and brings its schema up to date.
func Open(path string, options Options) (*DB, error) {
	if _, number, _ := sqlite.Version(); number < minSQLite {
		return nil, &Trouble{Kind: Unsafe, Path: path, Text: fmt.Sprintf(
			"built with SQLite %d, which can corrupt a store that several people write; wanted at least %d: build without -tags libsqlite3", number, minSQLite)}
	}
	db, err := openStore(path, options)
	var t *Trouble
	if options.OrReadOnly && errors.As(err, &t) && t.Kind == Unwritable {
		options.ReadOnly = true
		return openStore(path, options)
	}
	return db, err
}

func openStore(path string, options Options) (*DB, error) {
	fresh, err := prepare(path, options)
	if err != nil {
		return nil, err
	}
	go expectedSchema() // is wanted in a moment
	db := &DB{path: path, actor: whoami()}
	if !options.ReadOnly {
		db.writer = sql.OpenDB(connector{dsn: dsn(path, writerSettings), setup: writerPragmas})
		db.writer.SetMaxOpenConns(1)
	}
	db.readers = openReaders(path, readerSettings)
	if err := db.begin(context.Background(), fresh); err != nil {
		db.readers.Close()
		if db.writer != nil {
			db.writer.Close()
		}
		return nil, err
	}
	return db, nil
}

func openReaders(path string, settings url.Values) *sql.DB {
	readers := sql.OpenDB(connector{dsn: dsn(path, settings), setup: readerPragmas})
	readers.SetMaxIdleConns(4)
	readers.SetMaxOpenConns(16)
	return readers
}

// begin checks that the file is a store, migrates it and takes the connection that watches for changes.
func (db *DB) begin(ctx context.Context, fresh bool) error {
	if err := db.recognise(ctx, fresh); err != nil {
		return err
	}
	file, err := os.Stat(db.path)
	if err != nil {
		return &Trouble{Kind: Unreadable, Path: db.path, Text: "cannot be looked at: " + reason(err), Err: err}
	}
	db.file = file
	if db.writer != nil {
		if err := db.migrate(ctx); err != nil {
			return err
		}
	}
	if err := db.checkSchema(ctx); err != nil {
		return err
	}
	watch, err := db.readers.Conn(ctx)
	if err != nil {
		return db.trouble("open", err)
	}
	db.watch = watch
	return nil
}

// prepare looks at the file before SQLite does, and creates it: SQLite would make it readable by everyone, and would
// follow a link that someone left in a shared folder.
func prepare(path string, options Options) (fresh bool, err error) {
	info, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		if options.ReadOnly || options.Existing {
			return false, &Trouble{Kind: Missing, Path: path, Err: err,
				Text: "there is no such file; load logs with \"casebook load PATH\" or name another with --store FILE"}
		}
		return true, create(path)
	}
	if err != nil {
		return false, &Trouble{Kind: Unreadable, Path: path, Text: "cannot be looked at: " + reason(err), Err: err}
	}
	if info.Mode()&fs.ModeSymlink != 0 {
		// A link is followed when its owner could have written the store: the user, or root.
		owner, ok := info.Sys().(*syscall.Stat_t)
		if ok && owner.Uid != 0 && int(owner.Uid) != os.Getuid() {
			return false, &Trouble{Kind: Unreadable, Path: path, Text: "is a link made by someone else; name the file itself"}
		}
		if info, err = os.Stat(path); err != nil {
			return false, &Trouble{Kind: Unreadable, Path: path, Text: "is a link to nothing that can be read: " + reason(err), Err: err}
		}
	}
	switch {
	case info.IsDir():
		return false, &Trouble{Kind: Unreadable, Path: path, Text: "is a folder; wanted a file, such as " + strconv.Quote(filepath.Join(path, "casebook.db"))}
	case !info.Mode().IsRegular():
		return false, &Trouble{Kind: Unreadable, Path: path, Text: "is not a regular file"}
	case info.Mode().Perm()&0o007 != 0, info.Mode().Perm()&0o070 != 0 && !options.Shared:
		return false, &Trouble{Kind: Exposed, Path: path, Text: fmt.Sprintf(
			"can be read by others (mode %04o) and holds prompts: run \"chmod 600\" on it%s", info.Mode().Perm(), shareHint(info))}
	}
	how := os.O_RDWR
	if options.ReadOnly {
		how = os.O_RDONLY
	}
	f, err := os.OpenFile(path, how, 0)
	if how == os.O_RDWR && (errors.Is(err, fs.ErrPermission) || errors.Is(err, syscall.EROFS)) {
		if f, err = os.Open(path); err == nil {
			return false, errors.Join(unwritable(path), f.Close())
		}
	}
	if err != nil {
		return false, &Trouble{Kind: Unreadable, Path: path, Text: "cannot be read: " + reason(err), Err: err}
	}
	return info.Size() == 0, f.Close()
}

func shareHint(info fs.FileInfo) string {
	if info.Mode().Perm()&0o007 == 0 {
		return ", or pass --shared-group if your group is meant to see it"
	}
	return ""
}

func create(path string) error {
	if dir := filepath.Dir(path); dir != "." {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return &Trouble{Kind: Unreadable, Path: path, Text: "its folder cannot be made: " + reason(err), Err: err}
		}
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL|syscall.O_NOFOLLOW, 0o600)
	if errors.Is(err, fs.ErrExist) { // someone else was faster, which is as good
		return nil
	}
	if err != nil {
		return &Trouble{Kind: Unreadable, Path: path, Text: "cannot be created: " + reason(err), Err: err}
	}
	return f.Close()
}

// reason is a file error without the path, which the sentence around it already names.
func reason(err error) string {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err.Error()
	}
	return err.Error()
}

var (
	writerSettings = url.Values{"mode": {"rw"}, "_txlock": {"immediate"}, "_busy_timeout": {fmt.Sprint(busyWait.Milliseconds())}, "_synchronous": {"FULL"}, "_foreign_keys": {"on"}}
	readerSettings = url.Values{"mode": {"ro"}, "_busy_timeout": {fmt.Sprint(busyWait.Milliseconds())}, "_query_only": {"on"}, "_stmt_cache_size": {"16"}}
)

// logPages is how long the write-ahead log becomes before a commit copies it into the file.
const logPages = 64 << 20 / pageSize

// The store may come from anyone: its schema is not trusted to call functions, and pages are checked as they are read.
var writerPragmas = fmt.Sprintf("pragma trusted_schema=off; pragma cell_size_check=on; pragma mmap_size=0; pragma journal_size_limit=67108864; pragma wal_autocheckpoint=%d", logPages)

const readerPragmas = "pragma trusted_schema=off; pragma cell_size_check=on; pragma mmap_size=0; pragma temp_store=memory; pragma cache_size=-6000"

func dsn(path string, settings url.Values) string {
	if abs, err := filepath.Abs(path); err == nil {
		path = abs
	}
	u := url.URL{Scheme: "file", Path: path, RawQuery: settings.Encode()}
	return u.String()
}

// connector opens connections of one kind.
type connector struct{ dsn, setup string }

func (c connector) Driver() driver.Driver { return &sqlite.SQLiteDriver{} }

func (c connector) Connect(ctx context.Context) (driver.Conn, error) {
	d := &sqlite.SQLiteDriver{ConnectHook: func(conn *sqlite.SQLiteConn) error {
		conn.SetLimit(sqlite.SQLITE_LIMIT_ATTACHED, 0)
		_, err := conn.Exec(c.setup, nil)
		return err
	}}
	return d.Open(c.dsn)
}

// recognise tells a store of casebook from any other file, before anything is written to it.
func (db *DB) recognise(ctx context.Context, fresh bool) error {
	if fresh {
		return nil
	}
	var id, version, tables int64
	look := func(from *sql.DB) error {
		return from.QueryRowContext(ctx, "select (select application_id from pragma_application_id), (select user_version from pragma_user_version), (select count(*) from sqlite_schema)").Scan(&id, &version, &tables)
	}
	err := look(db.readers)
	var fault sqlite.Error
	if errors.As(err, &fault) && fault.Code == sqlite.ErrReadonly && db.writer != nil {
		// Whoever wrote last was killed: what is in the log has to be recovered first, which a reader may not.
		err = look(db.writer)
	}
	if errors.As(err, &fault) && (fault.Code == sqlite.ErrCantOpen || fault.Code == sqlite.ErrReadonly) {
		err = db.standStill(func() error { return look(db.readers) })
	}
	if err != nil {
		return db.trouble("open", err)
	}
	newest := int64(versionBase + len(migrations))
	switch {
	case id == 0 && tables == 0:
		return nil // created a moment ago by someone who has not migrated it yet
	case id != appID:
		return &Trouble{Kind: Foreign, Path: db.path, Text: "is an SQLite file but not a store of casebook; name another with --store FILE"}
	case version <= versionBase:
		return &Trouble{Kind: Unreleased, Path: db.path, Text: fmt.Sprintf("is of a format that was never released (schema %d): load its evidence again, into a new store", version)}
	case version > newest:
		return &Trouble{Kind: Newer, Path: db.path, Text: fmt.Sprintf("has schema %d, this casebook knows up to %d: use a newer casebook", version, newest)}
	case version < newest && db.writer == nil:
		how := "open it once with a command that writes, such as \"casebook\""
		if db.still != nil {
			how = "copy it to a folder of yours and open it there"
		}
		return &Trouble{Kind: Older, Path: db.path, Text: fmt.Sprintf("has schema %d and needs %d: %s", version, newest, how)}
	}
	return nil
}

// trouble turns an error of SQLite into what it means for the person in front of it.
func (db *DB) trouble(doing string, err error) error {
	if err == nil || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	var known *Trouble
	if errors.As(err, &known) {
		return err
	}
	t := &Trouble{Kind: Failed, Path: db.path, Err: err, Text: doing + ": " + err.Error()}
	var fault sqlite.Error
	if !errors.As(err, &fault) {
		return t
	}
	code := fault.Code
	if code == sqlite.ErrIoErr && slices.Contains([]syscall.Errno{syscall.ENOSPC, syscall.EFBIG, syscall.EDQUOT}, fault.SystemErrno) {
		code = sqlite.ErrFull
	}
	switch code {
	case sqlite.ErrNotADB:
		t.Kind, t.Text = Foreign, "is not a store of casebook (nor any SQLite file); name another with --store FILE"
	case sqlite.ErrCorrupt:
		t.Kind, t.Text = Damaged, doing+": the file is damaged ("+fault.Error()+"); restore a backup, or load the evidence into a new store"
	case sqlite.ErrFull:
		t.Kind, t.Text = Full, doing+": no space left, so this was not written. Free some and try again"
	case sqlite.ErrBusy, sqlite.ErrLocked:
		t.Kind, t.Text = Busy, doing+": another process has been writing for more than a minute, so this was not written. Try again"
	case sqlite.ErrReadonly, sqlite.ErrPerm, sqlite.ErrAuth, sqlite.ErrCantOpen:
		t.Kind, t.Text = Unreadable, doing+": "+strings.TrimSpace(fault.Error())+"; check that you may write the file and its folder"
	}
	return t
}
