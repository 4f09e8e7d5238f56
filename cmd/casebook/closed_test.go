package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// finding is what an analyst makes of one of the demo's alerts.
type finding struct {
	title   string // of the alert
	rule    string
	seen    string // stands in the first step's rows, of which the case keeps a copy
	steps   int
	verdict string // the key of its class
	class   string
	story   string
}

var demoFindings = []finding{
	{"One user keeps asking for models it is denied", "bedrock-denied-models", "opus", 16, "1", "true-positive", "Refused again and again, then gone on to what was allowed [Q1]."},
	{"An account's Bedrock requests are unusually large", "bedrock-resource-exhaustion", "prompt_tokens", 7, "2", "benign-positive", "An evaluation with long documents [Q1]."},
	{"One user calls OpenAI at a machine's steady pace", "openai-red-team-pacing", "GapSeconds", 12, "1", "true-positive", "A call a second for minutes [Q1]."},
	{"Large requests flood an Azure OpenAI resource", "azure-openai-denial-of-service", "avg_request_size", 20, "3", "false-positive", "The nightly batch came early [Q1]."},
	{"An Azure OpenAI resource keeps answering with nothing", "azure-openai-insecure-output", "percent_empty", 18, "4", "undetermined", "Empty answers whose cause the log does not hold [Q1]."},
}

// TestFromTheQueueToAClosedCase works one alert of each detection on a terminal of 80 by 24, with nothing but keys: from the queue through
// why it fired, its evidence, its timeline and every question of its guide into a case with a story, a verdict and a report.
func TestFromTheQueueToAClosedCase(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("XDG_STATE_HOME", filepath.Join(dir, "state"))
	term := onTerminal(t, "demo", "--store", filepath.Join(dir, "case.db"))
	term.sees("casebook > overview", "open 5", "DATA")
	for i, f := range demoFindings {
		name := fmt.Sprintf("C-%04d", i+1)
		term.press("2")
		term.sees("casebook > alerts", fmt.Sprintf("%d alert", len(demoFindings)-i))
		term.press("/")
		term.sees("filter:")
		term.press("rule:" + f.rule + "\r")
		term.sees("1 alert", "why ")
		term.press("\r")
		term.sees(f.title, "WHY IT FIRED", "MARGIN")
		term.press("\t")
		term.sees("[Evidence(", "TIME (UTC)")
		term.press("t")
		term.sees("-- peak", "^ alert")
		term.press("hi")
		term.sees(fmt.Sprintf("0/%d answered", f.steps), f.seen)
		term.press("p")
		term.sees("pinned ", "for a case")
		term.answers(f.steps)
		term.press("m")
		term.sees("case's question:")
		term.press("\r")
		term.sees("opened " + name)
		term.press(fmt.Sprintf(":case %d\r", i+1))
		term.sees("> "+name, name+"  "+f.title[:16], "[Story]", fmt.Sprintf("Questions %d/%d", f.steps, f.steps))
		term.press("w")
		term.sees("WRITING THE STORY", "[Q1]")
		term.press(f.story + "\x1b")
		term.sees("story saved")
		term.press("V")
		term.sees("1 piece as when pinned")
		term.press("c")
		term.sees("close " + name + " as")
		term.press(f.verdict)
		term.sees("because:")
		term.press("it is so\r")
		term.sees(name+" is closed", "close them as "+f.class+" too")
		term.press("y")
		term.sees("closed as " + f.class)
		report := filepath.Join(dir, name+".md")
		term.press("x")
		term.sees("write the report to")
		term.press("\x15" + report + "\r")
		term.sees("wrote ")
		term.reports(report, f)
		term.press("2")
		term.sees("casebook > alerts")
		term.press(":alerts status:open\r")
	}
	term.sees("0 alerts")
	term.press("1")
	term.sees("open 0", "CASES           open 0")
	term.quits()
}

// liveStep is a step of a guide under the cursor: its number, and what stands beside it for its rows.
var liveStep = regexp.MustCompile(`(?m)^> +\[[ x~]\] +(\d+) .* (\d+r|ask|cannot|error|\.\.\.) +\S`)

// answers answers each step of the guide that is shown: what rows tell with yes and why, what nothing loaded tells with cannot.
func (term *terminal) answers(steps int) {
	term.t.Helper()
	for n := 1; n <= steps; n++ {
		answered := fmt.Sprintf("%d/%d answered", n, steps)
		switch live := term.stepped(n); live {
		case "error":
			term.t.Fatalf("step %d fails:\n%s", n, term.vt.String())
		case "cannot", "0r":
			term.press("x")
			term.sees("cannot be answered, because:")
			term.press("\r")
		case "ask":
			term.press("w")
			term.sees("conclusion:")
			term.press("asked the owner\r")
		default:
			term.press("y")
			term.sees("YES, because")
			term.press("the rows say so\r")
		}
		term.sees(answered)
	}
}

// stepped waits until the cursor is on a step whose query is done, and is what stands beside it.
func (term *terminal) stepped(n int) string {
	term.t.Helper()
	for deadline := time.Now().Add(patience); ; {
		if m := liveStep.FindStringSubmatch(term.vt.String()); m != nil && m[1] == fmt.Sprint(n) && m[2] != "..." {
			return m[2]
		}
		if time.Now().After(deadline) {
			term.t.Fatalf("the cursor is not on step %d:\n%s", n, term.vt.String())
		}
		term.takes(20 * time.Millisecond)
	}
}

// reports reads the report that was written.
func (term *terminal) reports(path string, f finding) {
	term.t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		term.t.Fatalf("%v\n%s", err, term.vt.String())
	}
	story, _, _ := strings.Cut(f.story, " [")
	for _, want := range []string{"closed as **" + f.class + "**", story, "### Q1", "- checked: **same**", f.rule} {
		if !strings.Contains(string(data), want) {
			term.t.Errorf("the report of %s has no %q:\n%s", f.rule, want, data)
		}
	}
}
