package report

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	gmtext "github.com/yuin/goldmark/text"

	"casebook/engine"
	"casebook/engine/column"
	"casebook/engine/syntax"
	"casebook/guides"
	"casebook/store"
)

// desk is a store in which one user was denied a model nine times, detected, with a case about it.
func desk(t testing.TB, user string) (*store.DB, map[string]*guides.Detection, store.Case, store.Alert) {
	t.Helper()
	ctx := context.Background()
	dir := t.TempDir()
	name, err := json.Marshal(user)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for i := range 9 {
		at := time.Date(2026, 6, 8, 2, 14, i, 0, time.UTC).Format(time.RFC3339)
		fmt.Fprintf(&b, `{"schemaType":"ModelInvocationLog","schemaVersion":"1.0","timestamp":%q,"accountId":"123456789012","identity":{"arn":%s},"region":"us-east-1",`+
			`"requestId":"00000000-0000-4000-8000-%012d","operation":"Converse","modelId":"anthropic.claude-3-opus","errorCode":"AccessDeniedException",`+
			`"input":{"inputContentType":"application/json","inputTokenCount":40},"output":{"outputContentType":"application/json"}}`+"\n", at, name, i)
	}
	log := filepath.Join(dir, "calls.json")
	if err := os.WriteFile(log, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	db, err := store.Open(filepath.Join(dir, "casebook.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	if _, err := db.Load(ctx, []string{log}, store.LoadOptions{}); err != nil {
		t.Fatal(err)
	}
	library, err := guides.Library()
	if err != nil {
		t.Fatal(err)
	}
	byID := map[string]*guides.Detection{}
	for _, d := range library {
		byID[d.Rule.ID] = d
	}
	rule := &byID["bedrock-denied-models"].Rule
	from, to, _, err := db.Span(ctx)
	if err != nil {
		t.Fatal(err)
	}
	var hits []engine.Hit
	done, err := engine.Replay(ctx, rule, db, engine.ReplayOptions{Span: engine.Window{From: from, To: to}}, func(h engine.Hit) error {
		hits = append(hits, h)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Record(ctx, rule, store.Run{Rule: rule.ID, AsOf: to, Span: done.Span, Outcome: done.Outcome}, hits); err != nil {
		t.Fatal(err)
	}
	alerts, err := db.Alerts(ctx, store.AlertFilter{}, store.Cursor{}, 10)
	if err != nil || len(alerts) != 1 {
		t.Fatalf("%d alerts (%v), want 1", len(alerts), err)
	}
	c, err := db.NewCase(ctx, "Who is "+user+"?", alerts[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	return db, byID, c, alerts[0]
}

// work fills a case with everything it can hold, each with a text in it.
func work(t testing.TB, db *store.DB, c store.Case, alert store.Alert, byID map[string]*guides.Detection, words string) {
	t.Helper()
	ctx := context.Background()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	_, err := db.SetStory(ctx, c.ID, "# What happened\n\n- it began [E1]\n- "+words+"\n\n> "+words+"\n\n"+words, c.StoryVersion)
	must(err)
	_, err = db.Note(ctx, alert.ID, words)
	must(err)
	_, err = db.SetAnswer(ctx, alert.ID, store.Answer{Step: "who", Value: "yes", Text: words})
	must(err)
	ids, err := db.EventIDs(ctx, alert.ID)
	must(err)
	p := store.EventPin(ids[0])
	p.Note, p.Alert = words, alert.ID
	_, err = db.Pin(ctx, c.ID, p)
	must(err)
	asked, err := db.Pin(ctx, c.ID, ask(t, db, alert.Entity, alert.Last))
	must(err)
	must(db.NotePin(ctx, asked.ID, words))
	_, err = db.SetVerdict(ctx, c.ID, store.TruePositive, words, c.Version)
	must(err)
}

// ask is a pin of a query that names the user.
func ask(t testing.TB, db *store.DB, user string, asOf int64) store.Pin {
	t.Helper()
	b := column.NewBuilder(column.String, 1)
	b.Str(user)
	params := engine.Params{"user_id": b.Vector()}
	query := "FROM logs-aws_bedrock.invocation-*\n| WHERE user.id == ?user_id\n| STATS n = COUNT(*) BY user.id"
	q, err := engine.Parse(context.Background(), engine.ESQL, &syntax.File{Name: "q", Text: query}, db, params)
	if err != nil {
		t.Fatal(err)
	}
	r, err := engine.Run(context.Background(), q, db, engine.Options{AsOf: asOf, Lineage: true})
	if err != nil {
		t.Fatal(err)
	}
	p, err := store.ResultPin(engine.ESQL, query, params, asOf, r)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func complete(t testing.TB, db *store.DB, byID map[string]*guides.Detection, id int64) *Report {
	t.Helper()
	newest, _, err := db.NewestEvent(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	r, err := Complete(context.Background(), db, byID, id, newest, false)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestStoryLeadsToItsEvidence: names of evidence in a story are links to it, in every form that has links; other brackets stay text.
func TestStoryLeadsToItsEvidence(t *testing.T) {
	db, byID, c, alert := desk(t, "arn:aws:iam::123456789012:user/ann")
	work(t, db, c, alert, byID, "denied [E1, Q1] <b>; [note], [E1](http://evil) and Q1 alone")
	r := complete(t, db, byID, c.ID)
	md := r.Markdown()
	for _, want := range []string{`denied \[[E1](#e1), [Q1](#q1)\]`, `\[note\]`, "and Q1 alone", "\n### E1\n", "\n### Q1\n"} {
		if !strings.Contains(md, want) {
			t.Errorf("no %q in\n%s", want, md)
		}
	}
	checkMarkdown(t, 0, md)
	page, err := r.HTML()
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`denied [<a href="#E1">E1</a>, <a href="#Q1">Q1</a>] &lt;b&gt;; [note]`, `<h3 id="E1">`, `<h3 id="Q1">`} {
		if !strings.Contains(page, want) {
			t.Errorf("no %q in\n%s", want, page)
		}
	}
	for _, never := range []string{"href=\"http", "#note"} {
		if strings.Contains(md+page, never) {
			t.Errorf("%q is in\n%s\n%s", never, md, page)
		}
	}
}

func TestReport(t *testing.T) {
	db, byID, c, alert := desk(t, "arn:aws:iam::123456789012:user/ann")
	work(t, db, c, alert, byID, "she asked nine times")
	r := complete(t, db, byID, c.ID)
	md := r.Markdown()
	for _, want := range []string{"closed as **true-positive**", "# What happened", "she asked nine times", "| 9 |", "rank 1 of the 1 groups", "`total_denials` is 9, wanted `>` 3: margin 6",
		"### E1", "### Q1", "- checked: **same**", "line 1, bytes 0 to", "FROM logs-aws_bedrock", "`user_id` = `arn:aws:iam::123456789012:user/ann`", "9 accepted", "**YES**"} {
		if !strings.Contains(md, want) {
			t.Errorf("the report has no %q:\n%s", want, md)
		}
	}
	for _, f := range Formats() {
		first, err := r.Text(f)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := complete(t, db, byID, c.ID).Text(f); err != nil || again != first {
			t.Errorf("%s made twice of the same store differs (%v)", f, err)
		}
	}
	if _, err := r.Text("pdf"); err == nil {
		t.Error("made a report in a format that there is not")
	}
	if s, _ := r.JSON(); !json.Valid([]byte(s)) {
		t.Error("the JSON is not JSON")
	}
}

// hostile is what people put into prompts and names so that it acts where it is read.
var hostile = []string{
	"[click](https://evil.example/x)", "![x](http://evil.example/p.png)", "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<https://evil.example>",
	"https://evil.example www.evil.example ann@evil.example mailto:ann@evil.example", "javascript:alert(1)", "`code` ``more`` ```", "a | b |\n|---|", "# heading\n- item",
	"</pre><svg onload=alert(1)>", "&lt;b&gt; &#106;", "[ref]: https://evil.example\n[ref]", "*bold* _it_ ~~no~~ ==x==", "@someone #12 GH-1 0123456789abcdef0123456789abcdef01234567",
	"~~~\n<b>", "\x1b[2J\u202etxt\u200b", "=HYPERLINK(1)", "\\[x\\](y) \\`", "- [ ] task\n1. one\n> quote", "![](data:text/html,x)", "a\n===\n", "    <b>indented</b>", "{{.}} ${x} $(id)", "<!-- x", "[^1]: note [^1]",
}

// TestInert reads reports as a code host and a browser do: nothing from data is a link, an image, markup or an address.
func TestInert(t *testing.T) {
	plain := 0
	for i, payload := range append([]string{"words"}, hostile...) {
		db, byID, c, alert := desk(t, "arn:aws:iam::123456789012:user/"+payload)
		work(t, db, c, alert, byID, payload)
		r := complete(t, db, byID, c.ID)
		checkMarkdown(t, i, r.Markdown())
		page, err := r.HTML()
		if err != nil {
			t.Fatal(err)
		}
		elements := len(tag.FindAllString(page, -1))
		if i == 0 {
			plain = elements
		}
		if elements != plain {
			t.Errorf("payload %d made %d elements of %d", i, elements, plain)
		}
	}
}

// tag is what a browser would take for an element.
var tag = regexp.MustCompile(`<[a-zA-Z/!][^>]*>`)

var gfm = goldmark.New(goldmark.WithExtensions(extension.GFM, extension.Footnote))

// ownTarget is where a report leads to: its own evidence.
var ownTarget = regexp.MustCompile(`^#[eq][0-9]+$`)

func checkMarkdown(t *testing.T, payload int, md string) {
	t.Helper()
	doc := gfm.Parser().Parse(gmtext.NewReader([]byte(md)))
	err := ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		switch n.Kind() {
		case ast.KindLink, ast.KindImage, ast.KindAutoLink, ast.KindRawHTML, ast.KindHTMLBlock, ast.KindLinkReferenceDefinition:
			if link, ok := n.(*ast.Link); ok && ownTarget.Match(link.Destination) {
				break // to a piece of evidence
			}
			if entering {
				t.Errorf("payload %d made a %s of %q", payload, n.Kind(), lineOf(n, md))
			}
		}
		return ast.WalkContinue, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range md {
		if r != '\n' && (unicode.IsControl(r) || unicode.Is(unicode.Cf, r)) {
			t.Errorf("payload %d left %U in the report", payload, r)
			break
		}
	}
}

func lineOf(n ast.Node, md string) string {
	for p := n; p != nil; p = p.Parent() {
		if p.Type() == ast.TypeBlock && p.Lines() != nil && p.Lines().Len() > 0 {
			s := p.Lines().At(0)
			return md[s.Start:s.Stop]
		}
	}
	return ""
}

// TestVerify: evidence that is not what it was is named, and what is cannot be told from it only where nothing changed.
func TestVerify(t *testing.T) {
	db, byID, c, alert := desk(t, "arn:aws:iam::123456789012:user/ann")
	work(t, db, c, alert, byID, "words")
	r := complete(t, db, byID, c.ID)
	if counts := r.Checked(); counts[Same] != 2 {
		t.Errorf("checked %v, want 2 the same", counts)
	}
	r.Pins[0].SHA256[0]++
	r.Pins[1].SHA256[0]++
	if err := r.Verify(context.Background(), db); err != nil {
		t.Fatal(err)
	}
	if counts := r.Checked(); counts[Changed] != 2 {
		t.Errorf("checked %v, want 2 changed", counts)
	}
	r.Pins[1].Result.Query = "FROM nowhere"
	r.Pins[0].Event = 4711
	if err := r.Verify(context.Background(), db); err != nil {
		t.Fatal(err)
	}
	if counts := r.Checked(); counts[Lost] != 2 {
		t.Errorf("checked %v, want 2 lost", counts)
	}
}

func TestWrite(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "report.md")
	if err := Write(path, "one", false); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v (%v), want 0600", info.Mode(), err)
	}
	if err := Write(path, "two", false); err == nil {
		t.Error("overwrote a file unasked")
	}
	other := filepath.Join(dir, "other")
	if err := os.WriteFile(other, []byte("keep"), 0o600); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(dir, "link.md")
	if err := os.Symlink(other, link); err != nil {
		t.Fatal(err)
	}
	if err := Write(link, "two", false); err == nil {
		t.Error("wrote through a link unasked")
	}
	if err := Write(link, "two", true); err != nil {
		t.Fatal(err)
	}
	if kept, _ := os.ReadFile(other); string(kept) != "keep" {
		t.Error("followed a link")
	}
	if got, _ := os.ReadFile(link); string(got) != "two" {
		t.Errorf("wrote %q", got)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, ".casebook-*")); len(left) > 0 {
		t.Errorf("left %v behind", left)
	}
}

// TestOneIsNotMany: a report of one thing reads as one.
func TestOneIsNotMany(t *testing.T) {
	db, byID, c, alert := desk(t, "arn:aws:iam::123456789012:user/ann")
	work(t, db, c, alert, byID, "she asked nine times")
	got := complete(t, db, byID, c.ID).Markdown()
	for _, bad := range []string{" 1 files", " 1 hits", " 1 events", " 1 rows"} {
		if strings.Contains(got, bad) {
			t.Errorf("%q in\n%s", bad, got)
		}
	}
	if !strings.Contains(got, "- 1 file loaded, 9 records") || !strings.Contains(got, "- 1 row, made of 9 events") {
		t.Errorf("one file, one row of nine events:\n%s", got)
	}
}
