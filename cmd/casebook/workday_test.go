package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/hinshun/vt10x"
)

// desk is a terminal whose screen is read as a person would: by what stands on it, not by what was sent.
type desk struct {
	*terminal
	vt vt10x.Terminal
}

// shows waits until the screen has all the texts on it.
func (d *desk) shows(texts ...string) {
	d.t.Helper()
	deadline := time.After(patience)
	for {
		screen := d.vt.String()
		missing := ""
		for _, text := range texts {
			if !strings.Contains(screen, text) {
				missing = text
			}
		}
		if missing == "" {
			return
		}
		select {
		case c, open := <-d.chunks:
			if !open {
				d.t.Fatalf("it ended without %q:\n%s", missing, screen)
			}
			d.all.Write(c)
			if _, err := d.vt.Write(c); err != nil {
				d.t.Fatal(err)
			}
		case <-deadline:
			d.t.Fatalf("no %q after %s:\n%s", missing, patience, screen)
		}
	}
}

// TestFromQueueToClosedCase works one alert of each detection on a terminal of 80 by 24: from the queue through its guide to a verdict, and
// the case that it is put into to a closed one.
func TestFromQueueToClosedCase(t *testing.T) {
	if testing.Short() {
		t.Skip("a whole day's work; run without -short")
	}
	d := &desk{onTerminal(t, "demo"), vt10x.New(vt10x.WithSize(80, 24))}
	d.shows("casebook > overview", "open 5")
	for i, rule := range []string{"bedrock-denied-models", "openai-red-team-pacing", "bedrock-resource-exhaustion", "azure-openai-denial-of-service", "azure-openai-insecure-output"} {
		question := fmt.Sprintf("What did %s see?", rule)
		d.press(":alerts rule:" + rule + "\r")
		d.shows("casebook > alerts", "1 alert", "guide 0/")
		d.press("\r")
		d.shows("WHY IT FIRED", "MARGIN")
		d.press("t")
		d.shows("TIME(UTC)", "-- peak")
		d.press("h")
		d.shows("WHY IT FIRED")
		d.press("i")
		d.shows(" guide ", ">  [ ]  1", "answer -")
		d.press("y")
		d.shows("YES", "1/")
		d.press("h")
		d.shows("WHY IT FIRED", "guide 1/")
		d.press("m")
		d.shows("a new case")
		d.press("n")
		d.shows("the case's question:")
		d.press(question + "\r")
		d.shows(fmt.Sprintf("opened C-%04d", i+1))
		d.press("c")
		d.shows("1  true-positive")
		d.press("1")
		d.shows("because")
		d.press("seen in the guide\r")
		d.shows("closed as true-positive")
		d.press(":cases " + rule + "\r")
		d.shows("casebook > cases", "1 case", "open")
		d.press("\r")
		d.shows(fmt.Sprintf("C-%04d", i+1), question, "Questions 1/")
		d.press("c")
		d.shows("1  true-positive")
		d.press("1")
		d.shows("because")
		d.press("one alert, one answer\r")
		d.shows("VERDICT     true-positive")
	}
	d.press("7")
	d.press(":cases status:closed\r")
	d.shows("5 cases")
	d.quits()
}
