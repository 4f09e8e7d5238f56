package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"sort"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// The second table: detection over a store that is loaded, against DuckDB over tables that are. Processor time is compared,
// of the whole process: on a machine that does other things it is what stays the same.

// replaying is where the second table's data lie.
type replaying struct {
	*bench
	logs, loaded, rules, duck string
}

// spent is what a process took.
type spent struct {
	processor, wall, megabytes float64
	out                        string
}

func spend(dir string, args ...string) (spent, error) {
	cmd := exec.Command(args[0], args[1:]...)
	var out bytes.Buffer
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, &out, &out
	begin := time.Now()
	if err := cmd.Run(); err != nil {
		return spent{}, fmt.Errorf("%s: %w\n%s", strings.Join(args, " "), err, out.String())
	}
	s := spent{wall: time.Since(begin).Seconds(), out: out.String()}
	s.processor = (cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()).Seconds()
	if use, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		s.megabytes = float64(use.Maxrss) / 1024
	}
	return s, nil
}

// replayTable measures and prints the second table.
func replayTable(events, runs int, dir string) error {
	r, err := prepareReplay(dir, events)
	if err != nil {
		return err
	}
	detect := []string{r.binary, "--store", r.loaded, "detect", "--again"}
	many := append(detect[:len(detect):len(detect)], "--rules", r.rules)
	ask := []string{r.binary, "--store", r.loaded, "query", "--lang", "esql", "from logs-aws_bedrock.invocation-* | stats n = count(*) by user.id"}
	duck := func(what string) []string {
		if r.duck == "" {
			return nil
		}
		return []string{"node", filepath.Join(r.dir, "peers", "replay.mjs"), what, r.duck}
	}
	fmt.Printf("%d records of three vendors over 30 days, loaded; processor seconds of whole processes, medians of %d runs\n\n", events, runs)
	five, err := r.row("five rules replayed", detect, duck("detect"), 0.3, runs)
	if err != nil {
		return err
	}
	thirty, err := r.row("thirty rules replayed", many, nil, 0, runs)
	if err != nil {
		return err
	}
	fmt.Printf("%28s of the five: ratio %.2f (to reach 3.00)\n", "", thirty/five)
	if _, err := r.row("count by user, Bedrock", ask, duck("count"), 2, runs); err != nil {
		return err
	}
	return r.agree(detect, duck("detect"))
}

// row measures two commands in turn and prints their medians, and the median of their ratios.
func (r *replaying) row(name string, ours, theirs []string, reach float64, runs int) (float64, error) {
	var mine, other []spent
	var ratios []float64
	for i := range runs + 1 {
		var b spent
		var err error
		if theirs != nil {
			if b, err = spend(filepath.Join(r.dir, "peers"), theirs...); err != nil {
				return 0, err
			}
		}
		a, err := spend("", ours...)
		if err != nil {
			return 0, err
		}
		if i > 0 { // the first warms up
			mine, other, ratios = append(mine, a), append(other, b), append(ratios, a.processor/b.processor)
		}
	}
	show := func(who string, all []spent) float64 {
		processor := middle(all, func(s spent) float64 { return s.processor })
		fmt.Printf("%-28s %-8s %6.2f s, %6.2f s by the clock, %5.0f MB\n", name, who, processor,
			middle(all, func(s spent) float64 { return s.wall }), middle(all, func(s spent) float64 { return s.megabytes }))
		name = ""
		return processor
	}
	processor := show("casebook", mine)
	if theirs != nil {
		show("duckdb", other)
		sort.Float64s(ratios)
		fmt.Printf("%28s ratio %.2f (to reach %.2f)\n", "", ratios[len(ratios)/2], reach)
	}
	return processor, nil
}

func middle(all []spent, of func(spent) float64) float64 {
	values := make([]float64, len(all))
	for i, s := range all {
		values[i] = of(s)
	}
	sort.Float64s(values)
	return values[len(values)/2]
}

// agree fails when the two do not find the same number of hits.
func (r *replaying) agree(ours, theirs []string) error {
	if theirs == nil {
		return nil
	}
	a, err := spend("", append(ours, "--json", "--every-run")...)
	if err != nil {
		return err
	}
	b, err := spend(filepath.Join(r.dir, "peers"), theirs...)
	if err != nil {
		return err
	}
	hits := strings.Count(a.out, `"tick"`)
	if found := regexp.MustCompile(`hits (\d+)`).FindStringSubmatch(b.out); found == nil || found[1] != strconv.Itoa(hits) {
		return fmt.Errorf("casebook found %d hits, duckdb says %q", hits, strings.TrimSpace(b.out))
	}
	fmt.Printf("\nboth found the same %d hits\n", hits)
	return nil
}

// prepareReplay writes and loads the records once.
func prepareReplay(dir string, events int) (*replaying, error) {
	r := &replaying{bench: &bench{dir: dir, binary: filepath.Join(dir, "casebook"), peers: map[string]string{}}}
	r.logs, r.loaded, r.rules = filepath.Join(dir, "logs"), filepath.Join(dir, "replay.db"), filepath.Join(dir, "rules")
	if err := sh("", "go", "build", "-o", r.binary, "./cmd/casebook"); err != nil {
		return nil, err
	}
	if _, err := os.Stat(r.logs); err != nil {
		if err := sh("", r.binary, "demo", "--write", r.logs, "--events", fmt.Sprint(events), "--days", "30"); err != nil {
			return nil, err
		}
	}
	if _, err := os.Stat(r.loaded); err != nil {
		if err := sh("", r.binary, "--store", r.loaded, "load", r.logs); err != nil {
			return nil, err
		}
	}
	if err := variants(r.rules); err != nil {
		return nil, err
	}
	if err := r.install(); err != nil {
		fmt.Printf("without DuckDB: %v\n", strings.TrimSpace(err.Error()))
		return r, nil
	}
	script, err := os.ReadFile(filepath.Join(".ci", "bench", "replay.mjs"))
	if err != nil {
		return nil, err
	}
	if err := os.WriteFile(filepath.Join(dir, "peers", "replay.mjs"), script, 0o600); err != nil {
		return nil, err
	}
	r.duck = filepath.Join(dir, "replay-duckdb.db")
	if _, err := os.Stat(r.duck); err != nil {
		return r, sh(filepath.Join(dir, "peers"), "node", filepath.Join(dir, "peers", "replay.mjs"), "load", r.logs, r.duck)
	}
	return r, nil
}

// threshold is the count that a rule of the library asks for.
var threshold = regexp.MustCompile(`((?:count|total_denials|request_count|Requests) (?:>=|>) )(\d+)`)

// variants writes five more rules of each of the library's kind, which ask for other counts.
func variants(dir string) error {
	library, err := filepath.Glob(filepath.Join("guides", "library", "*.md"))
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	for _, path := range library {
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if !threshold.Match(text) {
			return fmt.Errorf("%s asks for no count that could be changed", path)
		}
		for more := 1; more <= 5; more++ {
			rule := threshold.ReplaceAllStringFunc(string(text), func(s string) string {
				parts := threshold.FindStringSubmatch(s)
				n, _ := strconv.Atoi(parts[2]) // they are digits
				return parts[1] + strconv.Itoa(n+more)
			})
			rule = regexp.MustCompile(`(?m)^id: (.*)$`).ReplaceAllString(rule, fmt.Sprintf("id: $1-%d", more))
			name := strings.TrimSuffix(filepath.Base(path), ".md")
			if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%s-%d.md", name, more)), []byte(rule), 0o600); err != nil {
				return err
			}
		}
	}
	return nil
}
