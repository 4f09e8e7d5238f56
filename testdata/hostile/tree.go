package hostile

import (
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// Tree is what stands in a folder besides files.
type Tree struct {
	Name  string
	Make  func(dir string) (load []string, err error) // nil: the folder is loaded
	State map[string]string                           // of the files in the account, by the last part of their path
	// The account in all.
	Accepted, Duplicate, Quarantined int64
	// Between is done once the files are listed, and before they are read.
	Between func(dir string) error
}

// Trees are folders with traps in them.
func Trees() []Tree {
	const complete, unreadable, refused, known = "complete", "unreadable", "refused", "known"
	line := record + "\n"
	write := func(dir, name, text string) error { return os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600) }
	strange := []string{"new\nline.json", "esc\x1b]0;x\x07.json", "no utf-8 \xff\xfe.json", strings.Repeat("n", 250) + ".json", "-rf", "'; DROP TABLE event; --"}
	return []Tree{
		{Name: "C23 twenty gigabytes of nothing", State: map[string]string{"x.jsonl": refused}, Quarantined: 1,
			Make: func(dir string) ([]string, error) {
				if err := write(dir, "x.jsonl", ""); err != nil {
					return nil, err
				}
				return nil, os.Truncate(filepath.Join(dir, "x.jsonl"), 20<<30)
			}},
		{Name: "C37 names that lie", State: map[string]string{"plain.gz": complete, "packed.json": complete}, Accepted: 2, Duplicate: 0,
			Make: func(dir string) ([]string, error) {
				if err := write(dir, "plain.gz", line); err != nil {
					return nil, err
				}
				return nil, write(dir, "packed.json", string(zipped([]byte(with(`"requestId":"r"`, `"requestId":"s"`)+"\n"))))
			}},
		{Name: "C51 links", State: map[string]string{"a.json": complete}, Accepted: 1,
			Make: func(dir string) ([]string, error) {
				for name, to := range map[string]string{"zero": "/dev/zero", "shadow": "/etc/shadow", "dangling": "nowhere", "loop": ".", "self": "self"} {
					if err := os.Symlink(to, filepath.Join(dir, name)); err != nil {
						return nil, err
					}
				}
				return nil, write(dir, "a.json", line)
			}},
		{Name: "C51 a link that is named", State: map[string]string{"link": complete, "dangling": unreadable, "self": unreadable}, Accepted: 1,
			Make: func(dir string) ([]string, error) {
				for name, to := range map[string]string{"link": "a.json", "dangling": "nowhere", "self": "self"} {
					if err := os.Symlink(to, filepath.Join(dir, name)); err != nil {
						return nil, err
					}
				}
				return []string{filepath.Join(dir, "link"), filepath.Join(dir, "dangling"), filepath.Join(dir, "self")}, write(dir, "a.json", line)
			}},
		{Name: "C52 pipes and devices in a folder", State: map[string]string{"a.json": complete}, Accepted: 1,
			Make: func(dir string) ([]string, error) {
				if err := special(dir); err != nil {
					return nil, err
				}
				return nil, write(dir, "a.json", line)
			}},
		{Name: "C52 pipes and devices by name", State: map[string]string{"pipe": unreadable, "socket": unreadable, "zero": unreadable, "mem": unreadable},
			Make: func(dir string) ([]string, error) {
				return []string{filepath.Join(dir, "pipe"), filepath.Join(dir, "socket"), "/dev/zero", "/proc/self/mem"}, special(dir)
			}},
		{Name: "C53 gone", State: map[string]string{"a.json": complete, "missing": unreadable, "not-a-folder": unreadable}, Accepted: 1,
			Make: func(dir string) ([]string, error) {
				a := filepath.Join(dir, "a.json")
				return []string{a, filepath.Join(dir, "missing"), filepath.Join(a, "not-a-folder")}, write(dir, "a.json", line)
			}},
		{Name: "C53 unreadable", State: map[string]string{"a.json": complete, "closed.json": unreadable, "closed": unreadable}, Accepted: 1,
			Make: func(dir string) ([]string, error) {
				return nil, errors.Join(write(dir, "a.json", line), write(dir, "closed.json", line), os.Chmod(filepath.Join(dir, "closed.json"), 0),
					os.Mkdir(filepath.Join(dir, "closed"), 0))
			}},
		{Name: "C53 taken away and replaced before it is read", State: map[string]string{"a.json": complete, "gone.json": unreadable, "large.json": unreadable,
			"link.json": unreadable, "other.json": complete, "pipe.json": unreadable, "folder.json": unreadable}, Accepted: 2,
			Make: func(dir string) ([]string, error) {
				for _, name := range []string{"a.json", "gone.json", "link.json", "other.json", "pipe.json", "folder.json"} {
					if err := write(dir, name, line); err != nil {
						return nil, err
					}
				}
				return nil, write(dir, "large.json", strings.Repeat(line, 10000))
			},
			Between: func(dir string) error {
				at := func(name string) string { return filepath.Join(dir, name) }
				for _, name := range []string{"gone.json", "large.json", "link.json", "other.json", "pipe.json", "folder.json"} {
					if err := os.Remove(at(name)); err != nil {
						return err
					}
				}
				return errors.Join(os.Symlink("/dev/zero", at("link.json")), write(dir, "other.json", with(`"requestId":"r"`, `"requestId":"s"`)+"\n"),
					syscall.Mkfifo(at("pipe.json"), 0o600), os.Mkdir(at("folder.json"), 0o700))
			}},
		{Name: "C55 names", State: map[string]string{strange[0]: complete, strange[1]: complete, strange[2]: complete, strange[3]: complete, strange[4]: complete, strange[5]: complete},
			Accepted: 6,
			Make: func(dir string) ([]string, error) {
				for i, name := range strange {
					if err := write(dir, name, with(`"requestId":"r"`, fmt.Sprintf(`"requestId":"r%d"`, i))+"\n"); err != nil {
						return nil, err
					}
				}
				return nil, nil
			}},
		{Name: "C56 folders 200 deep", State: map[string]string{"a.json": complete}, Accepted: 1,
			Make: func(dir string) ([]string, error) {
				deep := filepath.Join(dir, strings.Repeat("d/", 200))
				if err := os.MkdirAll(deep, 0o700); err != nil {
					return nil, err
				}
				return nil, write(deep, "a.json", line)
			}},
		{Name: "C57 one file by two names", State: map[string]string{"a.json": complete}, Accepted: 1,
			Make: func(dir string) ([]string, error) {
				if err := write(dir, "a.json", line); err != nil {
					return nil, err
				}
				return nil, os.Link(filepath.Join(dir, "a.json"), filepath.Join(dir, "b.json"))
			}},
		{Name: "C57 a copy of a file", State: map[string]string{"A.json": complete, "a.json": complete}, Accepted: 1, Duplicate: 1,
			Make: func(dir string) ([]string, error) {
				if err := write(dir, "A.json", line); err != nil {
					return nil, err
				}
				return nil, write(dir, "a.json", line)
			}},
	}
}

// special makes a pipe and a socket.
func special(dir string) error {
	if err := syscall.Mkfifo(filepath.Join(dir, "pipe"), 0o600); err != nil {
		return err
	}
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: filepath.Join(dir, "socket"), Net: "unix"})
	if err != nil {
		return err
	}
	l.SetUnlinkOnClose(false)
	return l.Close()
}
