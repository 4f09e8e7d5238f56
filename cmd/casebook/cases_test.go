package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestFiveCases works one alert of each detection from the queue to a closed case and its report, by keys on a terminal.
func TestFiveCases(t *testing.T) {
	if testing.Short() {
		t.Skip("TestFromTheQueueToAClosedCase goes much of the same way")
	}
	dir := t.TempDir()
	file := filepath.Join(dir, "case.db")
	term := onTerminal(t, "demo", "--store", file)
	term.sees("casebook > overview", "open 5")
	term.press("2")
	term.sees("casebook > alerts", "5 alerts")
	for i := 1; i <= 5; i++ {
		name := fmt.Sprintf("C-%04d", i)
		term.press("g\r") // closed alerts leave the queue: the first is always the next
		term.sees("[Why]", "MARGIN", "THIS ROW")
		term.press("m")
		term.sees("question:")
		term.press(fmt.Sprintf("What is behind alert %d?\r", i))
		term.sees("opened " + name)
		term.press("i")
		term.sees("guide", "answer -")
		term.insists("p", " of "+name) // once its query has run; before the answer, when the cursor goes on
		term.press("y")
		term.sees("YES, because")
		term.press("the rows say so\r")
		term.sees("saved: YES", "1/")
		term.press("7")
		term.sees("casebook > cases", name)
		term.press("g\r")
		term.sees("casebook > cases > "+name, "OPEN ITEMS")
		term.press("w")
		term.sees("WRITING THE STORY")
		term.press("What the rows say [Q1].")
		term.sees("[Q1]")
		term.press("\x1b")
		term.sees("story saved")
		term.press("V")
		term.sees("as when pinned")
		term.press("c")
		term.sees("true-positive")
		term.press("1")
		term.sees("because:")
		term.press("it is an attack\r")
		term.sees("Its open alerts", "close them")
		term.press("y")
		term.sees("closed as true-positive   U undoes")
		term.press("x")
		term.sees("write the report to")
		term.press("\x15" + filepath.Join(dir, name+".md") + "\r")
		term.sees("wrote")
		term.press("h")
		term.sees("CASE", "VERDICT")
		term.press("2")
		term.sees("guide")
		term.press("2")
		term.sees("casebook > alerts", fmt.Sprintf("%d alert", 5-i))
	}
	term.quits()
	for i := 1; i <= 5; i++ {
		name := fmt.Sprintf("C-%04d", i)
		shown, err := os.ReadFile(filepath.Join(dir, name+".md"))
		if err != nil {
			t.Fatal(err)
		}
		var printed, said bytes.Buffer
		if code := run(context.Background(), []string{"--store", file, "report", name}, streams{in: strings.NewReader(""), out: &printed, err: &said}); code != exitFine {
			t.Errorf("report %s ended with %d: %s", name, code, said.String())
		}
		for _, want := range []string{"closed as **true-positive**", "What the rows say", "### Q1", "checked: **same**", "closed as true-positive, because: it is an attack"} {
			if !strings.Contains(printed.String(), want) {
				t.Errorf("%s has no %q:\n%s", name, want, printed.String())
			}
		}
		// The workbench's report and the command's are of one journal where nothing was written between them.
		if i == 5 && printed.String() != string(shown) {
			t.Errorf("%s differs from the one that the workbench wrote", name)
		}
	}
}

// insists presses keys again and again until a text was drawn: for what cannot be done before something has run.
func (term *terminal) insists(keys, text string) {
	term.t.Helper()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); {
		term.press(keys)
		for wait := time.After(time.Second); wait != nil; {
			select {
			case c, open := <-term.chunks:
				if !open {
					term.t.Fatalf("it ended without %q", text)
				}
				term.took(c)
			case <-wait:
				wait = nil
			}
			if strings.Contains(term.shown(), text) {
				return
			}
		}
	}
	term.t.Fatalf("no %q after %s:\n%s", text, patience, term.shown())
}
