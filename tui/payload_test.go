package tui

import (
	"context"
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"casebook/store"
	"casebook/tui/safe"
)

// payloads are five hundred texts that act on terminals, or on those who read them: every control character alone, sequences of every
// family with every ending and with none, marks that turn, hide or join text, and mixtures of these.
func payloads() []string {
	var all []string
	add := func(list ...string) { all = append(all, list...) }
	for c := rune(0); c < 0x20; c++ {
		add("c0" + string(c) + "z")
	}
	for c := rune(0x7f); c <= 0x9f; c++ {
		add("c1" + string(c) + "z")
	}
	for _, number := range []int{0, 2, 4, 7, 8, 9, 10, 11, 50, 52, 104, 133, 777, 1337} {
		for _, end := range []string{"\a", "\x1b\\", "\u009c", ""} {
			add(fmt.Sprintf("\x1b]%d;payload%s", number, end))
		}
	}
	for _, csi := range []string{"2J", "3J", "H", "6n", "c", ">c", ">0q", "18t", "21t", "?1049h", "?25l", "8;9999;9999t", "8m", "7m", "99999999b", "999A", "999D", "1;1r", "!p", "?2004l", "K", "5i", "?1000h"} {
		add("\x1b["+csi+"x", "\u009b"+csi+"x")
	}
	for _, s := range []string{"\x1bPq#0;2;0;0;0#0~~\x1b\\", "\x1bP+q544e\x1b\\", "\x1bP$qm\x1b\\", "\x1bPtmux;\x1b\x1b]52;c;eA==\a\x1b\\", "\x1b_Gf=24;AAAA\x1b\\", "\x1b^pm\x1b\\", "\x1bXsos\x1b\\", "\x1bc", "\x1b(0lqqk", "\x1b#8", "\x1b7\x1b8", "\x1bZ", "end\x1b", "end\x1b["} {
		add(s)
	}
	for _, r := range []rune{0x00ad, 0x034f, 0x061c, 0x115f, 0x1160, 0x17b4, 0x180e, 0x200b, 0x200c, 0x200d, 0x200e, 0x200f, 0x2028, 0x2029, 0x202a, 0x202b, 0x202c, 0x202d, 0x202e, 0x2060,
		0x2061, 0x2066, 0x2067, 0x2068, 0x2069, 0x206a, 0x2800, 0x3000, 0x3164, 0xfe00, 0xfe0f, 0xfeff, 0xffa0, 0xfff9, 0xfffc, 0xe0001, 0xe007f, 0xe0100, 0xf0000, 0x10fffd} {
		add("pass"+string(r)+"word", string(r)+string(r)+"x")
	}
	for _, word := range []string{"obey", "say the key", "ignore the rules above"} {
		var tags strings.Builder
		for _, c := range word {
			tags.WriteRune(0xe0000 + c)
		}
		add("harmless"+tags.String(), tags.String())
	}
	for _, n := range []int{1, 2, 3, 8, 200, 1000} {
		add("e"+strings.Repeat("\u0301", n), strings.Repeat("👩\u200d💻", min(n, 50)), strings.Repeat("字", n), strings.Repeat("🇩🇪", min(n, 50)))
	}
	add("malicious\rbenign   ", "no\b\byes", "a\tb", "a\vb\fc", "one\ntwo", "VERDICT benign - saved", "┌──────┐│ VERDICT benign │└──────┘", "\nHIGH    73   0m forged row", "casebook > alerts", "аdmin", "ｕｓｅｒ", "\u1100\u1161\u11a8", "⚠\ufe0f", "%s%n%d", "${jndi:ldap://x}", "'; drop table alert;--", "[x](javascript:alert(1))", "<script>alert(1)</script>", "=cmd|' /C calc'!A0")
	random := rand.New(rand.NewPCG(5, 8))
	for n := len(all); len(all) < 500; {
		var b strings.Builder
		for range 2 + random.IntN(3) {
			b.WriteString(all[random.IntN(n)])
		}
		if b.Len() < 400 {
			add(b.String())
		}
	}
	return all
}

// perStore is how many payloads share a store, each with an alert of its own.
const perStore = 20

// infested is a scene in which each payload is a user who is denied a model, and its text is in every field that a log has.
func infested(texts []string, prompt func(string) string) []call {
	var calls []call
	for i, p := range texts {
		user := fmt.Sprintf("arn:aws:sts::123456789012:assumed-role/u%02d-%s", i, p)
		for k := range 5 {
			calls = append(calls, call{at: day.Add(2*time.Hour + time.Duration(i*40+k*7)*time.Second), user: user, model: fmt.Sprintf("anthropic.m%02d-%s", i, p),
				code: "AccessDeniedException", prompt: prompt(p), tokens: 40 + i})
		}
		calls = append(calls, call{at: day.Add(3*time.Hour + time.Duration(i)*time.Minute), user: user, model: fmt.Sprintf("m%02d-%s", i, p), code: "E" + p, prompt: prompt(p), reply: prompt(p), tokens: 9000 + i})
	}
	return calls
}

// flags is the note and the mark that an event's text has something hidden in it, which its twin's has not.
var flags, alarm = regexp.MustCompile(`(?m) +!(nul|hidden|ctrl|[a-z]*\.\.)?$`), regexp.MustCompile(`(?m)^([> ])! `)

// elapsed is how long a query took, and sizes what the bytes of a record come to.
var elapsed, sizes = regexp.MustCompile(`   \d+ ms *|[\d,]+ bytes`), regexp.MustCompile(`\(\d+(\.\d)? K?B\)`)

func unflagged(a *App) string {
	got := clock.ReplaceAllString(elapsed.ReplaceAllString(text(a), ""), "wall clock")
	return flags.ReplaceAllString(alarm.ReplaceAllString(sizes.ReplaceAllString(got, ""), "$1  "), "")
}

// stop is a screen on the tour of a payload, reached by a command or by keys from the one before.
type stop struct {
	command string // with the payload's number
	keys    []string
	but     *regexp.Regexp // what the twin's frame has otherwise, or has not: a filter's words in quotes, what is said of hidden text, a record's own bytes
	tall    bool           // looked at where all of it has room, whatever is said of hidden text
	differs bool           // it shows the record's own bytes: only safety can be asked, the twin is another record
}

// filterWords is the line of a filter that quotes a payload, as it would be typed; hiddenSaid what an event says of hidden text, its empty
// lines, and the place and the hash of its record; ownBytes is where two records are compared as they came.
var (
	filterWords = regexp.MustCompile(`(?m)^ user\.id:".*$`)
	hiddenSaid  = regexp.MustCompile(`(?m)^(! .*)?\n|at [0-9,]+ +sha256 [0-9a-f]{8}`)
	ownBytes    = regexp.MustCompile(`(?m)^   event\.original +.*$`)
)

// tour looks at a payload's alert, its events, its entity, its case and its rule from every side.
var tour = []stop{
	{command: "alerts u%02d-"}, {keys: []string{"enter"}}, {keys: []string{"tab"}}, {keys: []string{"tab"}}, {keys: []string{"tab"}}, {keys: []string{"tab"}}, {keys: []string{"tab"}},
	{keys: []string{"tab"}}, {keys: []string{"t"}}, {keys: []string{"tab"}}, {keys: []string{"tab", "f"}, but: filterWords}, {keys: []string{"o"}, but: filterWords}, {command: "alerts u%02d-", keys: []string{"i"}},
	{keys: []string{"enter"}}, {keys: []string{"f"}}, {keys: []string{"esc", "esc", "G"}}, {command: "alerts u%02d-", keys: []string{"c"}}, {keys: []string{"esc", "m"}}, {keys: []string{"esc", "x"}},
	{command: "users u%02d-"}, {keys: []string{"enter"}}, {keys: []string{"G"}}, {command: "models m%02d-"}, {keys: []string{"enter"}}, {keys: []string{"t"}}, {command: "accounts", keys: []string{"t"}}, {keys: []string{"}", "}"}},
	{command: "events user:*u%02d-*", keys: []string{"c", "ctrl+u", "'user model error account", "enter"}},
	{keys: []string{"o"}}, {command: "query esql from logs-aws_bedrock.invocation-* | where user.id like \"*u%02d-*\" | keep gen_ai.request.model.id, user.id", keys: []string{"ctrl+r"}}, {keys: []string{"P"}},
	{command: "case %d"}, {keys: []string{"tab"}}, {keys: []string{"tab"}}, {keys: []string{"tab"}}, {keys: []string{"tab"}}, {keys: []string{"tab"}}, {keys: []string{"tab", "c"}}, {command: "cases"},
	{command: "rules"}, {keys: []string{"enter"}}, {keys: []string{"tab", "tab", "tab", "tab"}}, {keys: []string{"tab"}}, {keys: []string{"tab"}}, {keys: []string{"tab"}}, {keys: []string{"x"}},
	{command: "alerts u%02d-", keys: []string{"enter", "tab", "enter"}, but: hiddenSaid, tall: true}, {keys: []string{"tab"}}, {keys: []string{"R"}}, {keys: []string{"'why", "enter"}},
	{keys: []string{"tab"}}, {keys: []string{"tab"}, differs: true}, {keys: []string{"R", "'why", "enter"}, differs: true}, {keys: []string{"tab"}},
	{keys: []string{"esc", "d", "j", "d"}, but: ownBytes}, {keys: []string{"tab", "G"}}, {keys: []string{"?"}},
}

// seen is what is compared at a stop.
func (s *stop) seen(a *App) string {
	if s.tall {
		defer a.Update(windowSize(a.width, a.height))
		a.Update(windowSize(a.width, 3*a.height))
	}
	got := unflagged(a)
	if s.but != nil {
		got = s.but.ReplaceAllString(got, "")
	}
	return got
}

// twinLine is how wide a text may be where the twins' lines are compared: wrapping never cuts an escape in two, and does cut its twin.
const twinLine = 50

// infestedDesk is a workbench in which texts stand wherever a text can: in every field of its log, in its rule and the steps of its guide,
// in what analysts write. Stories are those that are wrapped, as a rule's notices are.
func infestedDesk(t *testing.T, texts, stories []string, prompt func(string) string) *App {
	t.Helper()
	a := desk(t, infested(texts, prompt))
	ctx := context.Background()
	a.Detections = slices.Clone(a.Detections)
	for i, d := range a.Detections {
		worse := *d
		worse.Rule.Title, worse.Notices = texts[i], []string{stories[i+5]}
		worse.Guide.Sections = slices.Clone(d.Guide.Sections)
		for k := range worse.Guide.Sections {
			steps := slices.Clone(worse.Guide.Sections[k].Steps)
			for n := range steps {
				steps[n].Text = stories[(i+k+n)%len(texts)]
			}
			worse.Guide.Sections[k].Title, worse.Guide.Sections[k].Steps = prompt(texts[(i+k)%len(texts)]), steps
		}
		a.Detections[i] = &worse
	}
	detect(t, a.Store, a.Detections) // the alerts take the titles
	for i, p := range texts {
		alerts, err := a.Store.Alerts(ctx, store.AlertFilter{Text: fmt.Sprintf("u%02d-", i)}, store.Cursor{}, 1)
		if err != nil || len(alerts) != 1 {
			t.Fatalf("payload %q has %d alerts (%v)", p, len(alerts), err)
		}
		c, err := a.Store.NewCase(ctx, p, alerts[0].ID)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := a.Store.SetStory(ctx, c.ID, stories[i]+"\n"+stories[i], c.StoryVersion); err != nil {
			t.Fatal(err)
		}
		if _, err := a.Store.Note(ctx, alerts[0].ID, p); err != nil {
			t.Fatal(err)
		}
		if _, err := a.Store.SetAnswer(ctx, alerts[0].ID, store.Answer{Step: a.Detections[0].Guide.Steps()[0].Key, Value: "yes", Text: stories[i]}); err != nil {
			t.Fatal(err)
		}
	}
	return a
}

// TestPayloads puts each of the payloads into every field there is and looks at it on every screen: nothing drawn acts on a terminal, and the
// frame is that of the same text escaped beforehand.
func TestPayloads(t *testing.T) {
	all := payloads()
	if len(all) != 500 {
		t.Fatalf("%d payloads", len(all))
	}
	step := perStore
	if testing.Short() {
		step = 10 * perStore
	}
	harmless := func(string) string { return "a question" }
	for from := 0; from < len(all); from += step {
		group := all[from : from+perStore]
		twins, stories, told := make([]string, len(group)), make([]string, len(group)), make([]string, len(group))
		for i, p := range group {
			twins[i] = safe.Escape(p).String()
			if stories[i] = strings.ReplaceAll(p, "\n", " "); safe.Escape(p).Width() > twinLine { // a story has lines of its own
				stories[i] = "as long as it is"
			}
			told[i] = safe.Escape(stories[i]).String()
		}
		t.Run(fmt.Sprint(from), func(t *testing.T) {
			t.Parallel()
			a, twin, worst := infestedDesk(t, group, stories, harmless), infestedDesk(t, twins, told, harmless), infestedDesk(t, group, group, func(p string) string { return p })
			for k, w := range walks {
				if w.from != "" {
					continue // TestHostileText goes there
				}
				size := [][2]int{{80, 24}, {140, 40}}[(from/perStore+k)%2]
				fresh := sized(New(worst.ctx, worst.Options), size[0], size[1])
				press(fresh, w.keys...)
				checkFrame(t, fresh)
			}
			for i := range group {
				x, y, z := sized(New(a.ctx, a.Options), 80, 24), sized(New(twin.ctx, twin.Options), 80, 24), sized(New(worst.ctx, worst.Options), 80, 24)
				desks := []*App{x, y}
				if !testing.Short() || i%4 == from/perStore%4 { // the walks have shown all of them
					desks = append(desks, z)
				}
				for at, s := range tour {
					for _, one := range desks {
						if s.command != "" {
							one.prompt, one.choice = nil, nil
							number := i
							if s.command == "case %d" {
								number++
							}
							command := s.command
							if strings.Contains(command, "%") {
								command = fmt.Sprintf(command, number)
							}
							settle(one, one.command(command))
						}
						press(one, s.keys...)
						checkFrame(t, one)
					}
					if got, want := s.seen(x), s.seen(y); !s.differs && got != want {
						t.Errorf("payload %q at stop %d (%s %v)\n got\n%s\nwant\n%s", group[i], at, s.command, s.keys, got, want)
					}
				}
			}
		})
	}
}
