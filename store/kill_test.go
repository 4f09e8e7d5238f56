package store

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// TestMain lets the test binary be the process that is killed.
func TestMain(m *testing.M) {
	if logs, path := os.Getenv("CASEBOOK_TEST_LOAD"), os.Getenv("CASEBOOK_TEST_STORE"); logs != "" {
		if limit, err := strconv.ParseUint(os.Getenv("CASEBOOK_TEST_FSIZE"), 10, 64); err == nil {
			if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: limit, Max: limit}); err != nil {
				os.Exit(2)
			}
		}
		db, err := Open(path, Options{})
		switch {
		case err != nil:
		case os.Getenv("CASEBOOK_TEST_FOLLOW") != "":
			_, err = db.Follow(context.Background(), []string{logs}, FollowOptions{Every: 2 * time.Millisecond})
		default:
			_, err = db.Load(context.Background(), []string{logs}, LoadOptions{batch: 500})
		}
		if err != nil {
			os.Stderr.WriteString(err.Error() + "\n")
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// TestKilledLoad kills loads at all kinds of moments: what is committed is whole every time, and loading to the end gives what one
// undisturbed load gives.
func TestKilledLoad(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("starts processes")
	}
	dir := t.TempDir()
	logs := filepath.Join(dir, "logs")
	if err := os.Mkdir(logs, 0o700); err != nil {
		t.Fatal(err)
	}
	for i, name := range []string{"a.json", "b.json", "c.json", "d.json"} {
		write(t, filepath.Join(logs, name), lines(i*4000, i*4000+5000))
	}
	whole := fresh(t)
	load(t, whole, logs)
	want := digest(t, whole)

	path := filepath.Join(dir, "casebook.db")
	start := func() *exec.Cmd {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), "CASEBOOK_TEST_LOAD="+logs, "CASEBOOK_TEST_STORE="+path)
		cmd.Stderr = os.Stderr
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		return cmd
	}
	partly := 0
	for i := range 12 {
		cmd := start()
		time.Sleep(time.Duration(10+35*i) * time.Millisecond)
		_ = cmd.Process.Kill() // one that has finished cannot be killed, which is as good
		_ = cmd.Wait()
		if _, err := os.Stat(path); err != nil {
			continue
		}
		db := open(t, path)
		var events, counted int
		var sound string
		err := db.readers.QueryRow(`select (select count(*) from event), (select coalesce(sum(accepted), 0) from file), (select * from pragma_integrity_check)`).Scan(&events, &counted, &sound)
		if err != nil || events != counted || sound != "ok" {
			t.Fatalf("after kill %d: %d events, accounts say %d, integrity %q, %v", i, events, counted, sound, err)
		}
		if events > 0 && events < 17000 {
			partly++
		}
		if _, err := walkJournal(context.Background(), db.readers, nil); err != nil {
			t.Fatal(err)
		}
		db.Close()
	}
	if err := start().Wait(); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d kills found a load half done", partly)
	if digest(t, open(t, path)) != want {
		t.Error("killed and loaded again, the store holds other events")
	}
}

// TestKilledFollow kills followers of a log that is written and rotated all the while: every line is taken exactly once.
func TestKilledFollow(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("starts processes")
	}
	dir := t.TempDir()
	r := &rotation{t: t, dir: dir, log: filepath.Join(dir, "app.log"), path: filepath.Join(t.TempDir(), "casebook.db"), paths: []string{dir}}
	const rounds, each = 15, 400
	for i := range rounds {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), "CASEBOOK_TEST_LOAD="+dir, "CASEBOOK_TEST_FOLLOW=1", "CASEBOOK_TEST_STORE="+r.path)
		cmd.Stderr = os.Stderr
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		for k := range 10 {
			from := i*each + k*each/10
			text := []byte(lines(from, from+each/10))
			r.write(text[:len(text)/2])
			time.Sleep(time.Duration(5+3*i) * time.Millisecond)
			r.write(text[len(text)/2:])
			if k == i%10 {
				r.turns++
				rotations[[]string{"rename", "gzip", "copytruncate"}[i%3]](&rotation{t: t, log: r.log, turns: r.turns})
			}
		}
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = cmd.Wait()
	}
	r.start()
	for range 4 {
		r.poll()
	}
	whole := fresh(t)
	load(t, whole, write(t, filepath.Join(t.TempDir(), "all.json"), lines(0, rounds*each)))
	if digest(t, r.db) != digest(t, whole) {
		t.Error("killed again and again, the followers left other events than one load")
	}
	checkAccounts(t, r.db)
}

// TestFullDisk loads where files may not grow beyond a size: the error says that there is no space, what was loaded is whole, and
// the next load goes on from there.
func TestFullDisk(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	dir := t.TempDir()
	logs := filepath.Join(dir, "logs")
	if err := os.Mkdir(logs, 0o700); err != nil {
		t.Fatal(err)
	}
	for i, name := range []string{"a.json.gz", "b.json.gz", "c.json.gz"} {
		write(t, filepath.Join(logs, name), gzipped(t, lines(i*4000, i*4000+4000)))
	}
	whole := fresh(t)
	load(t, whole, logs)
	path := filepath.Join(dir, "casebook.db")
	stopped := 0
	for _, limit := range []int{400_000, 700_000, 1_000_000, 1_300_000} {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), "CASEBOOK_TEST_LOAD="+logs, "CASEBOOK_TEST_STORE="+path, "CASEBOOK_TEST_FSIZE="+strconv.Itoa(limit))
		var said bytes.Buffer
		cmd.Stderr = &said
		if err := cmd.Run(); err != nil {
			stopped++
			if n := strings.Count(said.String(), "no space left"); n != 1 {
				t.Errorf("files of %d bytes: %v, said %d times: %s", limit, err, n, said.String())
			}
		}
		db := open(t, path)
		if v, err := db.Verify(context.Background(), VerifyOptions{}); err != nil || !v.Sound() {
			t.Errorf("files of %d bytes: %+v %v", limit, v, err)
		}
		db.Close()
	}
	if stopped == 0 {
		t.Error("the disk was never full")
	}
	db := open(t, path)
	load(t, db, logs)
	if digest(t, db) != digest(t, whole) {
		t.Error("after a full disk, the store holds other events")
	}
}

// TestTwoLoads loads the same folder through two handles at the same time: every event is there once, and nothing fails.
func TestTwoLoads(t *testing.T) {
	dir := t.TempDir()
	logs := filepath.Join(dir, "logs")
	if err := os.Mkdir(logs, 0o700); err != nil {
		t.Fatal(err)
	}
	for i, name := range []string{"a.json", "b.json", "c.json.gz", "d.json.gz"} {
		text := lines(i*2000, i*2000+3000)
		if strings.HasSuffix(name, ".gz") {
			text = gzipped(t, text)
		}
		write(t, filepath.Join(logs, name), text)
	}
	whole := fresh(t)
	load(t, whole, logs)
	path := filepath.Join(dir, "casebook.db")
	var both sync.WaitGroup
	for range 2 {
		db := open(t, path)
		both.Go(func() {
			if _, err := db.Load(context.Background(), []string{logs}, LoadOptions{batch: 700}); err != nil {
				t.Error(err)
			}
		})
	}
	both.Wait()
	db := open(t, path)
	if digest(t, db) != digest(t, whole) {
		t.Error("loaded by two at once, the store holds other events")
	}
	checkAccounts(t, db)
	if v, err := db.Verify(context.Background(), VerifyOptions{}); err != nil || !v.Sound() {
		t.Errorf("%+v %v", v, err)
	}
}
