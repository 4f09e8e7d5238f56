package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"sort"
	"strings"
	"syscall"
	"time"
)

// command is a process, run from a clean start.
type command struct {
	args   []string
	dir    string
	before func() error // puts things back to where the run begins; nil for nothing
	allow  []int        // exit codes that are no failure
	says   string       // what it must print, so that it is known to have read everything; "" for nothing
}

// taken is what one run took: wall seconds, seconds of all cores together, and the peak memory of the largest process.
type taken struct{ seconds, cores, megabytes float64 }

func (c command) time() (taken, error) {
	var t taken
	if c.before != nil {
		if err := c.before(); err != nil {
			return t, err
		}
	}
	begin := time.Now()
	cmd := exec.Command(c.args[0], c.args[1:]...)
	var out bytes.Buffer
	cmd.Dir, cmd.Stdout, cmd.Stderr = c.dir, &out, &out
	if err := cmd.Run(); err != nil && !slices.Contains(c.allow, cmd.ProcessState.ExitCode()) {
		return t, fmt.Errorf("%s: %w\n%s", strings.Join(c.args, " "), err, out.String())
	}
	if said := strings.TrimSpace(out.String()); !strings.Contains(said, c.says) {
		return t, fmt.Errorf("%w: it says %q, not %q", errPartly, said[strings.LastIndexByte(said, '\n')+1:], c.says)
	}
	if use, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		t.megabytes = max(t.megabytes, float64(use.Maxrss)/1024)
		t.cores += float64(use.Utime.Nano()+use.Stime.Nano()) / 1e9
	}
	t.seconds = time.Since(begin).Seconds()
	return t, nil
}

// errPartly is an engine that has not read all records of the files.
var errPartly = errors.New("not all was read")

func (c command) once() error {
	_, err := c.time()
	return err
}

// measure runs ours and each of theirs in turn, once to warm up and then as often as asked, and prints the medians.
func (f figure) measure(runs int) error {
	names := make([]string, 0, len(f.theirs))
	for name := range f.theirs {
		names = append(names, name)
	}
	sort.Strings(names)
	ours := []taken{}
	theirs := map[string][]taken{}
	for i := range runs + 1 {
		for _, name := range slices.Clone(names) {
			t, err := f.theirs[name].time()
			if errors.Is(err, errPartly) {
				fmt.Printf("%-28s is not compared with %s: %v\n", f.name, name, err)
				names = slices.DeleteFunc(names, func(n string) bool { return n == name })
				continue
			}
			if err != nil {
				return err
			}
			if i > 0 {
				theirs[name] = append(theirs[name], t)
			}
		}
		t, err := f.ours.time()
		if err != nil {
			return err
		}
		if i > 0 {
			ours = append(ours, t)
		}
	}
	fmt.Printf("%-28s casebook   %s\n", f.name, line(ours))
	for _, name := range names {
		ratios := make([]taken, runs)
		for i := range ratios {
			ratios[i].seconds = ours[i].seconds / theirs[name][i].seconds
			ratios[i].cores = ours[i].cores / theirs[name][i].cores
		}
		reach := ""
		if r := f.reach[name]; r > 0 {
			verdict := "missed"
			if median(ratios, seconds) <= r {
				verdict = "met"
			}
			reach = fmt.Sprintf("to reach %.2f: %s", r, verdict)
		}
		fmt.Printf("%28s %-10s %s   ratio %.2f (of cores %.2f) %s\n", "", name, line(theirs[name]), median(ratios, seconds), median(ratios, cores), reach)
	}
	return nil
}

func line(list []taken) string {
	return fmt.Sprintf("%6.2f s %6.2f core-s %5.0f MB", median(list, seconds), median(list, cores), median(list, megabytes))
}

func seconds(t taken) float64   { return t.seconds }
func cores(t taken) float64     { return t.cores }
func megabytes(t taken) float64 { return t.megabytes }

func median(list []taken, of func(taken) float64) float64 {
	values := make([]float64, len(list))
	for i, t := range list {
		values[i] = of(t)
	}
	sort.Float64s(values)
	return values[len(values)/2]
}

func sh(dir, name string, args ...string) error {
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s %s: %w\n%s", name, strings.Join(args, " "), err, out)
	}
	return nil
}

func remove(paths ...string) func() error {
	return func() error {
		for _, p := range paths {
			if err := os.RemoveAll(p); err != nil {
				return err
			}
		}
		return nil
	}
}
