package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"casebook/store"
)

var (
	shellBlock  = regexp.MustCompile("(?ms)^```sh\n(.*?)^```$")
	ruleExample = regexp.MustCompile("(?ms)^````markdown\n(.*?)^````$")
	shellWord   = regexp.MustCompile(`'([^']*)'|(\S+)`)
	shellNote   = regexp.MustCompile(`\s+# .*$`)
	headExample = "128:9f3c12ab34cd56ef"
)

// TestReadme runs every casebook command of the README, in its order, in a folder that has what they name: whoever copies one has no
// surprise.
func TestReadme(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	home := t.TempDir()
	for _, name := range []string{"HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME"} {
		t.Setenv(name, home)
	}
	t.Setenv("CASEBOOK_STORE", "")
	t.Chdir(t.TempDir())
	one := readmeFiles(t, home, string(text))
	n := 0
	for _, block := range shellBlock.FindAllStringSubmatch(string(text), -1) {
		for line := range strings.SplitSeq(block[1], "\n") {
			note := strings.TrimSpace(shellNote.FindString(line))
			line = strings.TrimSpace(shellNote.ReplaceAllString(line, ""))
			in := ""
			if from, to, piped := strings.Cut(line, " | casebook "); piped && !strings.HasPrefix(from, "casebook ") {
				line, in = "casebook "+to, one
			}
			words := wordsOf(line, home)
			if len(words) == 0 || words[0] != "casebook" {
				continue
			}
			n++
			runReadme(t, words[1:], in, note)
			if len(words) > 1 && words[1] == "alerts" { // what the report is about is made in the workbench
				openCase(t)
			}
		}
	}
	if n < 25 {
		t.Errorf("only %d commands were found", n)
	}
}

func runReadme(t *testing.T, words []string, in, note string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	var out bytes.Buffer
	said := heard{word: "Ctrl-C stops", then: func() {}}
	if strings.Contains(note, "Ctrl-C") {
		said.then = func() { time.AfterFunc(time.Second, cancel) }
	}
	for i, w := range words {
		if w == headExample {
			var head bytes.Buffer
			run(ctx, []string{"head"}, streams{in: strings.NewReader(""), out: &head, err: io.Discard})
			words[i] = strings.TrimSpace(head.String())
		}
	}
	if code := run(ctx, words, streams{in: strings.NewReader(in), out: &out, err: &said}); code != exitFine {
		t.Errorf("casebook %s\nends with %d: %s", strings.Join(words, " "), code, said.String())
	}
}

// heard is what a program says, and does something once it has said a word.
type heard struct {
	bytes.Buffer
	word string
	then func()
}

func (h *heard) Write(b []byte) (int, error) {
	before := strings.Contains(h.String(), h.word)
	n, err := h.Buffer.Write(b)
	if !before && strings.Contains(h.String(), h.word) {
		h.then()
	}
	return n, err
}

// wordsOf are the words of a line as a shell gives them to a program.
func wordsOf(line, home string) []string {
	var words []string
	for _, m := range shellWord.FindAllStringSubmatch(line, -1) {
		word := m[1] + m[2]
		if rest, found := strings.CutPrefix(word, "~"); found {
			word = home + rest
		}
		words = append(words, word)
	}
	return words
}

// readmeFiles makes the files that the README's commands name, and gives the text of a log.
func readmeFiles(t *testing.T, home, readme string) string {
	t.Helper()
	put := func(path, text string) {
		t.Helper()
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	logs := filepath.Join(home, "logs")
	runReadme(t, []string{"demo", "--write", logs}, "", "")
	one := ""
	err := filepath.WalkDir(logs, func(path string, d fs.DirEntry, err error) error {
		if err == nil && one == "" && d.Name() == "PT1H.json" {
			var data []byte
			data, err = os.ReadFile(path)
			one = string(data)
		}
		return err
	})
	if err != nil || one == "" {
		t.Fatalf("no PT1H.json among the demo's logs: %v", err)
	}
	put("PT1H.json", one)
	var zipped bytes.Buffer
	w := gzip.NewWriter(&zipped)
	if _, err := io.WriteString(w, one); err != nil || w.Close() != nil {
		t.Fatal(err)
	}
	put("more.json.gz", zipped.String())
	put("okta.ndjson", `{"@timestamp":"2026-03-01T10:00:00Z","user":{"name":"ada"}}`+"\n")
	put(filepath.Join(home, "detection-rules/rules/integrations/aws_bedrock/calls.toml"), `[rule]
rule_id = "9c2f1d6a-aaaa-4bbb-8ccc-0123456789ab"
name = "Many calls"
type = "esql"
language = "esql"
severity = "low"
risk_score = 21
interval = "10m"
from = "now-60m"
query = "from logs-aws_bedrock.invocation-* | stats n = count(*) by user.id | where n > 2000"
`)
	put("my-rule.md", ruleExample.FindStringSubmatch(readme)[1])
	return one
}

func openCase(t *testing.T) {
	t.Helper()
	db, err := store.Open(defaultStore, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.NewCase(t.Context(), "Who is it?", 1); err != nil {
		t.Fatal(err)
	}
}
