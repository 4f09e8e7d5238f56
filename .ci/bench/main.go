// Command bench measures loading and replay as whole processes, beside other engines on the same files in the same run:
//
//	go run ./.ci/bench [-events 1000000] [-runs 5] [-more 10] [-only TEXT] [-keep DIR] [-replay | -hands]
//
// The engines come from npm, lnav from the system; what is not there is not measured, and that is said. Each comparison runs the
// commands in turn, and the ratio is the median of the ratios of neighbouring runs, so that a machine whose speed drifts
// drifts for both. On a machine that does other things as well, the ratio of core-seconds says more than that of seconds.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// figure is one row of the table: a command of casebook's, what it is compared with, and the ratio to reach.
type figure struct {
	name   string
	ours   command
	theirs map[string]command // by peer
	reach  map[string]float64
}

func main() {
	events := flag.Int("events", 1_000_000, "Bedrock records to generate; with -replay as many of each vendor")
	runs := flag.Int("runs", 5, "counted runs of each command")
	replay := flag.Bool("replay", false, "the second table: detection over a loaded store of three vendors")
	more := flag.Int("more", 10, "peak memory is compared with that of loading 1/more of the records, and of replaying as dense ones over 1/more of the time; 0 for not")
	only := flag.String("only", "", "measure only the rows whose names have this text")
	keep := flag.String("keep", "", "folder for data and stores, kept and reused; a temporary one otherwise")
	hands := flag.Bool("hands", false, "the third table: the workbench over a million events and a hundred thousand alerts")
	flag.Parse()
	err := inFolder(*keep, func(dir string) error {
		switch {
		case *replay:
			return replayTable(*events, *runs, *more, *only, dir)
		case *hands:
			return handsTable(*events, *only, dir)
		}
		return run(*events, *runs, *more, *only, dir)
	})
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// inFolder measures in the folder that is to be kept, or in one that is gone afterwards.
func inFolder(keep string, measure func(dir string) error) error {
	if keep != "" {
		return measure(keep)
	}
	dir, err := os.MkdirTemp("", "casebook-bench")
	if err != nil {
		return err
	}
	return errors.Join(measure(dir), os.RemoveAll(dir))
}

func run(events, runs, more int, only, dir string) error {
	b, err := prepare(dir, events)
	if err != nil {
		return err
	}
	fmt.Printf("%d records, %.0f MB expanded, %.0f MB as gzip parts; medians of %d runs\n\n", events, b.expanded/1e6, b.packed/1e6, runs)
	for _, f := range b.figures() {
		if !strings.Contains(f.name, only) {
			continue
		}
		if err := f.measure(runs); err != nil {
			return fmt.Errorf("%s: %w", f.name, err)
		}
	}
	if strings.Contains("peak memory", only) && more > 1 {
		if err := b.memory(events, more, runs); err != nil {
			return err
		}
	}
	if !strings.Contains("store", only) {
		return nil
	}
	return b.size()
}

// figures are the rows of the table, in order.
func (b *bench) figures() []figure {
	load := func(files string) command { return b.casebook("load", files) }
	peers := func(files, replay string) map[string]command {
		all := map[string]command{}
		for name, script := range b.peers {
			all[name] = b.peer(name, script, files, replay)
		}
		return all
	}
	list := []figure{
		{name: "gzip parts to store", ours: load(b.parts), theirs: peers(b.glob, ""), reach: map[string]float64{"duckdb": 0.5, "clickhouse": 0.9}},
		{name: "gzip parts to alerts", ours: b.casebook("load", "--detect", b.parts), theirs: peers(b.glob, "replay"),
			reach: map[string]float64{"duckdb": 0.45, "clickhouse": 0.8}},
		{name: "plain NDJSON to store", ours: load(b.plain), theirs: peers(b.plain, ""), reach: map[string]float64{"duckdb": 0.7}},
		{name: "one big .gz to store", ours: load(b.whole), theirs: peers(b.whole, ""), reach: map[string]float64{"duckdb": 0.85}},
	}
	if b.lnav != "" {
		for i, files := range []string{b.parts, "", b.plain, b.whole} {
			if files != "" {
				list[i].theirs["lnav"], list[i].reach["lnav"] = b.viewer(files), 0.4
			}
		}
	}
	first := load(b.parts)
	second := b.again("load", b.parts)
	second.before = nil
	return append(list, figure{name: "loading again, nothing new", ours: second, theirs: map[string]command{"first load": first},
		reach: map[string]float64{"first load": 0.35}})
}

// mostMemory is the peak to stay below, and alike what the peaks of loads of one size and of ten times that may differ by.
const (
	mostMemory = 400
	alike      = 1.1
)

// memory prints the peak of loading a part of the records beside that of loading all of them, in each form.
func (b *bench) memory(events, more, runs int) error {
	few := *b
	few.parts = filepath.Join(b.dir, fmt.Sprintf("parts-%d", events/more))
	few.plain, few.whole = few.parts+".ndjson", few.parts+".ndjson.gz"
	if _, err := os.Stat(few.whole); err != nil {
		if err := errors.Join(b.write(few.parts, events/more), few.join()); err != nil {
			return err
		}
	}
	for _, form := range []struct{ name, few, all string }{
		{"gzip parts", few.parts, b.parts}, {"plain NDJSON", few.plain, b.plain}, {"one big .gz", few.whole, b.whole},
	} {
		var peak [2]float64
		for i, files := range []string{form.few, form.all} {
			var taken []taken
			for range runs {
				t, err := b.casebook("load", files).time()
				if err != nil {
					return err
				}
				taken = append(taken, t)
			}
			peak[i] = median(taken, megabytes)
		}
		ratio, verdict := peak[1]/peak[0], "missed"
		if peak[1] <= mostMemory && ratio <= alike {
			verdict = "met"
		}
		fmt.Printf("%-28s %.0f MB for %d records, %.0f MB for %d: ratio %.2f (to reach %d MB, and %.1f: %s)\n",
			"peak memory, "+form.name, peak[0], events/more, peak[1], events, ratio, mostMemory, alike, verdict)
	}
	return nil
}

// size prints what the store takes, without the evidence, of the expanded bytes.
func (b *bench) size() error {
	if err := b.casebook("load", b.plain).once(); err != nil {
		return err
	}
	info, err := os.Stat(b.store)
	if err != nil {
		return err
	}
	share := float64(info.Size()) / b.expanded
	fmt.Printf("%-28s %.3f of the expanded bytes (to reach 0.13): %.0f MB\n", "store, evidence by reference", share, float64(info.Size())/1e6)
	return nil
}

// prepare builds casebook, generates the data once, and installs the peers.
func prepare(dir string, events int) (*bench, error) {
	b := &bench{dir: dir, events: events, binary: filepath.Join(dir, "casebook"), store: filepath.Join(dir, "bench.db"), peers: map[string]string{}}
	if err := sh("", "go", "build", "-o", b.binary, "./cmd/casebook"); err != nil {
		return nil, err
	}
	b.parts = filepath.Join(dir, "parts")
	b.plain, b.whole = filepath.Join(dir, "all.ndjson"), filepath.Join(dir, "all.ndjson.gz")
	if _, err := os.Stat(b.whole); err != nil {
		if err := b.write(b.parts, events); err != nil {
			return nil, err
		}
		if err := b.join(); err != nil {
			return nil, err
		}
	}
	b.glob = filepath.Join(b.parts, "**", "*.json.gz")
	if err := b.measureData(); err != nil {
		return nil, err
	}
	if err := b.findViewer(); err != nil {
		fmt.Printf("without lnav: %v\n", err)
	}
	if err := b.install(); err != nil {
		fmt.Printf("without the other engines: %v\n", strings.TrimSpace(err.Error()))
	}
	return b, nil
}
