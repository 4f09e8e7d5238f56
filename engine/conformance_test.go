package engine_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestConformance runs suites that others wrote, and prints one line for each:
//
//	SUITE: N passed, N wrong, N unsupported of N
//
// They are read from shared/conformance beside the repository, or from the folder in CASEBOOK_CONFORMANCE, which has the
// same layout and any part of it. Floors are kept in testdata/conformance/floors.txt and only rise; cases that are wrong
// or undecidable stand in testdata/conformance/skip.txt with the reason.
func TestConformance(t *testing.T) {
	dir := conformanceDir(t)
	for _, s := range conformanceSuites {
		t.Run(s.name, func(t *testing.T) {
			path := filepath.Join(dir, filepath.FromSlash(s.file))
			if _, err := os.Stat(path); err != nil {
				t.Skipf("%s is not there", path)
			}
			tally := &tally{t: t, suite: s.name, skips: readSkips(t, s.name)}
			s.run(tally, filepath.Dir(path), readLines(t, path))
			tally.report(s.name, os.Getenv("CASEBOOK_CONFORMANCE") != "")
		})
	}
}

// conformanceSuite is one file of cases and how they are run.
type conformanceSuite struct {
	name, file string
	run        func(tally *tally, dir string, cases []caseLine)
}

// conformanceSuites are filled by the files of the languages.
var conformanceSuites []conformanceSuite

func repositoryRoot(t *testing.T) string {
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for ; dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
	}
	t.Fatal("no go.mod above the test")
	return ""
}

func conformanceDir(t *testing.T) string {
	dir := os.Getenv("CASEBOOK_CONFORMANCE")
	if dir == "" {
		dir = filepath.Join(repositoryRoot(t), "..", "shared", "conformance")
	}
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("skipped, no conformance suites at %s: %v", dir, err)
	}
	return dir
}

// caseLine is a case as it is written, and where.
type caseLine struct {
	at   string // file:line
	text []byte
}

// into reads a case, or ends the test at its place.
func (l caseLine) into(t *testing.T, c any) {
	t.Helper()
	if err := l.read(c); err != nil {
		t.Fatal(err)
	}
}

func (l caseLine) read(c any) error {
	if err := json.Unmarshal(l.text, c); err != nil {
		return fmt.Errorf("%s: want a case as one JSON object on one line: %w", l.at, err)
	}
	return nil
}

func readLines(t *testing.T, path string) []caseLine {
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var lines []caseLine
	scanner := bufio.NewScanner(f)
	scanner.Buffer(nil, 64<<20)
	n := 0
	for scanner.Scan() {
		n++
		if line := strings.TrimSpace(strings.TrimPrefix(scanner.Text(), "\ufeff")); line != "" {
			lines = append(lines, caseLine{fmt.Sprintf("%s:%d", path, n), []byte(line)})
		}
	}
	if err := scanner.Err(); err != nil {
		t.Fatalf("%s:%d: %v", path, n+1, err)
	}
	return lines
}

// readSkips are the cases of a suite that are not run: "suite case reason", tabs between.
func readSkips(t *testing.T, suite string) map[string]string {
	skips := map[string]string{}
	for _, line := range readConfig(t, "skip.txt") {
		if parts := strings.SplitN(line, "\t", 3); len(parts) == 3 && parts[0] == suite {
			skips[parts[1]] = parts[2]
		}
	}
	return skips
}

func readConfig(t *testing.T, name string) []string {
	b, err := os.ReadFile(filepath.Join(repositoryRoot(t), "testdata", "conformance", name))
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, line := range strings.Split(string(b), "\n") {
		if line = strings.TrimRight(line, "\r "); line != "" && !strings.HasPrefix(line, "#") {
			lines = append(lines, line)
		}
	}
	return lines
}

// tally counts the cases of a suite.
type tally struct {
	t                                   *testing.T
	suite                               string
	skips                               map[string]string
	passed, wrong, unsupported, skipped int
}

// skip tells whether a case is not to be run.
func (c *tally) skip(id string) bool {
	_, ok := c.skips[id]
	if ok {
		c.skipped++
	}
	return ok
}

func (c *tally) pass() { c.passed++ }

// fail is a wrong answer: the one thing that must not be.
func (c *tally) fail(id, format string, args ...any) {
	c.wrong++
	c.t.Logf("WRONG %s: %s", id, fmt.Sprintf(format, args...))
}

// refuse is a case that ended with an error.
func (c *tally) refuse(id string, err any) {
	c.unsupported++
	c.t.Logf("unsupported %s: %v", id, err)
}

// report prints the line of the suite and holds it against its floor; another folder's cases are only held to not be wrong.
func (c *tally) report(suite string, other bool) {
	total := c.passed + c.wrong + c.unsupported
	fmt.Printf("%s: %d passed, %d wrong, %d unsupported of %d\n", suite, c.passed, c.wrong, c.unsupported, total)
	if c.skipped > 0 {
		fmt.Printf("%s: %d skipped, see testdata/conformance/skip.txt\n", suite, c.skipped)
	}
	if c.wrong > 0 {
		c.t.Errorf("%s: %d wrong, want 0", suite, c.wrong)
	}
	if other {
		return
	}
	if c.skipped*100 > 3*(total+c.skipped) {
		c.t.Errorf("%s: %d cases are skipped, at most 3 %% may be", suite, c.skipped)
	}
	for _, line := range readConfig(c.t, "floors.txt") {
		var name string
		var floor int
		if n, _ := fmt.Sscanf(line, "%s %d", &name, &floor); n == 2 && name == suite {
			if c.passed < floor {
				c.t.Errorf("%s: %d passed, the floor is %d", suite, c.passed, floor)
			} else if c.passed > floor {
				c.t.Logf("%s: raise the floor in testdata/conformance/floors.txt from %d to %d", suite, floor, c.passed)
			}
		}
	}
}
