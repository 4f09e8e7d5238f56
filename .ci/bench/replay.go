package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// The second table: detection over a store that is loaded, against DuckDB over tables that are. Each of the three vendors has as many
// records as the loading table has of Bedrock, over the same 30 days: every rule looks at that many events. DuckDB's tables have
// typed columns, made when they were loaded, and its queries are written by hand for these five rules: each puts an event into every
// window that holds it, as the schedule does. Whole processes are compared, as in the first table.

// replaying is where the second table's data lie.
type replaying struct {
	*bench
	logs, rules, duck string
}

// replayTable measures and prints the second table.
func replayTable(events, runs, more int, only, dir string) error {
	r, err := prepareReplay(dir, "", events, days)
	if err != nil {
		return err
	}
	detect := r.again("detect", "--again")
	many := r.again("detect", "--again", "--rules", r.rules)
	ask := r.again("query", "--lang", "esql", "from logs-aws_bedrock.invocation-* | stats n = count(*) by user.id")
	duck := func(what string) map[string]command {
		if r.duck == "" {
			return nil
		}
		peers := filepath.Join(r.dir, "peers")
		return map[string]command{"duckdb": {args: []string{"node", filepath.Join(peers, "replay.mjs"), what, r.duck}, dir: peers}}
	}
	fmt.Printf("%d records of each of three vendors over %d days, loaded; medians of %d runs\n\n", events, days, runs)
	for _, f := range []figure{
		{name: "five rules replayed", ours: detect, theirs: duck("detect"), reach: map[string]float64{"duckdb": 0.3}},
		{name: "thirty rules replayed", ours: many, theirs: map[string]command{"the five": detect}, reach: map[string]float64{"the five": 3}},
		{name: "count by user, Bedrock", ours: ask, theirs: duck("count"), reach: map[string]float64{"duckdb": 2}},
	} {
		if !strings.Contains(f.name, only) {
			continue
		}
		if err := f.measure(runs); err != nil {
			return fmt.Errorf("%s: %w", f.name, err)
		}
	}
	if strings.Contains("memory", only) && more > 1 {
		if err := r.window(detect, events, more); err != nil {
			return err
		}
	}
	if r.duck == "" || only != "" {
		return nil
	}
	return r.agree(detect, duck("detect")["duckdb"])
}

// window prints the peak of a replay over a part of the records beside that over as dense ones of a time so many times as long, and that over
// all of them in the time of the part. What a replay holds are its windows, beside rooms of fixed sizes that a small store does not fill: all
// three are to stay below what those and the program take.
func (r *replaying) window(detect command, events, more int) error {
	few, err := prepareReplay(r.dir, "-few", events/more, days)
	if err != nil {
		return err
	}
	long, err := prepareReplay(r.dir, "-long", events, days*more)
	if err != nil {
		return err
	}
	var peak [3]float64
	for i, c := range []command{few.again("detect", "--again"), long.again("detect", "--again"), detect} {
		for range peakRuns {
			t, err := c.time()
			if err != nil {
				return err
			}
			peak[i] = max(peak[i], t.megabytes)
		}
	}
	verdict := "missed"
	if max(peak[0], peak[1], peak[2]) <= mostReplayed {
		verdict = "met"
	}
	fmt.Printf("%-28s %.0f MB over %d records a vendor in %d days, %.0f MB over %d in %d, %.0f MB over %d in %d (to stay below %d MB: %s)\n", "peak memory of a replay",
		peak[0], events/more, days, peak[1], events, days*more, peak[2], events, days, mostReplayed, verdict)
	return nil
}

// mostReplayed is the peak to stay below, in megabytes, however many records there are.
const mostReplayed = 128

// peakRuns is how many runs the highest peak is of.
const peakRuns = 3

// agree fails when the two do not find the same number of hits.
func (r *replaying) agree(ours, theirs command) error {
	a, err := exec.Command(ours.args[0], append(ours.args[1:], "--json", "--every-run")...).Output()
	if err != nil {
		return fmt.Errorf("detect: %w", err)
	}
	peer := exec.Command(theirs.args[0], theirs.args[1:]...)
	peer.Dir = theirs.dir
	b, err := peer.Output()
	if err != nil {
		return fmt.Errorf("duckdb: %w", err)
	}
	hits := strings.Count(string(a), `"tick"`)
	if found := regexp.MustCompile(`hits (\d+)`).FindSubmatch(b); found == nil || string(found[1]) != strconv.Itoa(hits) {
		return fmt.Errorf("casebook found %d hits, duckdb says %q", hits, strings.TrimSpace(string(b)))
	}
	fmt.Printf("\nboth found the same %d hits\n", hits)
	return nil
}

// days is how long the time is that the records are of.
const days = 30

// prepareReplay writes and loads the records once: so many of each vendor, over so many days.
func prepareReplay(dir, which string, events, days int) (*replaying, error) {
	r := &replaying{bench: &bench{dir: dir, binary: filepath.Join(dir, "casebook"), store: filepath.Join(dir, "replay"+which+".db"), peers: map[string]string{}}}
	r.logs, r.rules = filepath.Join(dir, "logs"+which), filepath.Join(dir, "rules")
	if err := sh("", "go", "build", "-o", r.binary, "./cmd/casebook"); err != nil {
		return nil, err
	}
	if _, err := os.Stat(r.logs); err != nil {
		for _, vendor := range []string{"bedrock", "azure", "openai"} {
			if err := sh("", r.binary, "demo", "--write", filepath.Join(r.logs, vendor), "--only", vendor, "--events", fmt.Sprint(events), "--days", fmt.Sprint(days)); err != nil {
				return nil, errors.Join(err, os.RemoveAll(r.logs))
			}
		}
	}
	if _, err := os.Stat(r.store); err != nil {
		if err := sh("", r.binary, "--store", r.store, "load", r.logs); err != nil {
			return nil, err
		}
	}
	if which != "" {
		return r, nil
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
