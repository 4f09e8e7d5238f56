package main

import (
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// bench is where everything lies.
type bench struct {
	dir, binary, store string
	parts, glob        string // the folder of gzip parts, and all of them for the peers
	plain, whole       string // the same records as one file, plain and gzip
	events             int
	expanded, packed   float64
	peers              map[string]string // name -> script
	lnav               string            // its binary; "" for none
}

// casebook is a run of casebook on a store that does not exist yet.
func (b *bench) casebook(args ...string) command {
	c := b.again(args...)
	c.before = remove(b.store, b.store+"-wal", b.store+"-shm")
	return c
}

// again is a run of casebook on the store as it is.
func (b *bench) again(args ...string) command {
	return command{args: append([]string{b.binary, "--store", b.store}, args...)}
}

func (b *bench) peer(name, script, files, replay string) command {
	database := filepath.Join(b.dir, name+".db")
	step := []string{"node", filepath.Join(b.dir, "peers", script), files, database}
	if replay != "" {
		step = append(step, replay)
	}
	return command{args: step, dir: filepath.Join(b.dir, "peers"), before: remove(database), says: fmt.Sprintf("rows %d", b.events)}
}

// write makes up Bedrock records of 30 days.
func (b *bench) write(dir string, events int) error {
	return sh("", b.binary, "demo", "--write", dir, "--only", "bedrock", "--events", fmt.Sprint(events), "--days", "30")
}

// viewerFormat tells lnav where the time of a record stands and what else it has; without it the records are text to it.
const viewerFormat = `{"bedrock_log": {"title": "Bedrock", "description": "Bedrock invocations", "json": true, "timestamp-field": "timestamp",
	"timestamp-format": ["%Y-%m-%dT%H:%M:%SZ"], "body-field": "operation", "file-pattern": ".", "line-format": [{"field": "__timestamp__"}, " ", {"field": "modelId"}],
	"value": {"modelId": {"kind": "string", "identifier": true}, "accountId": {"kind": "string", "identifier": true}, "errorCode": {"kind": "string"},
	"requestId": {"kind": "string"}, "region": {"kind": "string"}}}}`

// findViewer looks for lnav and gives it the format.
func (b *bench) findViewer() error {
	path, err := exec.LookPath("lnav")
	if err != nil {
		return err
	}
	dir := filepath.Join(b.dir, "lnav", "formats", "bench")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	b.lnav = path
	return os.WriteFile(filepath.Join(dir, "bedrock.json"), []byte(viewerFormat), 0o600)
}

// viewer is a run of lnav that reads files and counts their records.
func (b *bench) viewer(files string) command {
	step := []string{b.lnav, "-n", "-r", "-I", filepath.Join(b.dir, "lnav"), "-c", ";select count(*) from bedrock_log", files}
	return command{args: step, dir: b.dir, says: fmt.Sprint(b.events)}
}

// install puts the other engines beside the data.
func (b *bench) install() error {
	for _, tool := range []string{"node", "npm"} {
		if _, err := exec.LookPath(tool); err != nil {
			return err
		}
	}
	dir := filepath.Join(b.dir, "peers")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	for _, name := range []string{"package.json", "duckdb.mjs", "clickhouse.mjs"} {
		text, err := os.ReadFile(filepath.Join(".ci", "bench", name))
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o600); err != nil {
			return err
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "node_modules")); err != nil {
		if err := sh(dir, "npm", "install", "--no-audit", "--no-fund"); err != nil {
			return err
		}
	}
	b.peers["duckdb"], b.peers["clickhouse"] = "duckdb.mjs", "clickhouse.mjs"
	return nil
}

// each calls f for every gzip part, in order.
func (b *bench) each(f func(path string) error) error {
	return filepath.WalkDir(b.parts, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".json.gz") {
			return err
		}
		return f(path)
	})
}

// join writes all parts as one plain file, and as one gzip stream.
func (b *bench) join() (err error) {
	plain, err := os.Create(b.plain)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, plain.Close()) }()
	file, err := os.Create(b.whole)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	whole := gzip.NewWriter(file)
	defer func() { err = errors.Join(err, whole.Close()) }()
	both := io.MultiWriter(plain, whole)
	return b.each(func(path string) error {
		part, err := os.Open(path)
		if err != nil {
			return err
		}
		defer part.Close()
		expanded, err := gzip.NewReader(part)
		if err != nil {
			return err
		}
		_, err = io.Copy(both, expanded)
		return err
	})
}

func (b *bench) measureData() error {
	info, err := os.Stat(b.plain)
	if err != nil {
		return err
	}
	b.expanded = float64(info.Size())
	return b.each(func(path string) error {
		info, err := os.Stat(path)
		if err == nil {
			b.packed += float64(info.Size())
		}
		return err
	})
}
