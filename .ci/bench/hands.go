package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// The hands: how long the workbench takes to answer a key on a store of a million events and a hundred thousand alerts. The store is
// made once, by the program itself: the loading benchmark's records and one with a prompt of ten megabytes, and the rules below.

// handRules make the alerts: one for every long request, and one for an account with ten thousand events and more behind it.
var handRules = map[string]string{
	"long-requests.md": `---
id: bench-long-requests
title: A request is long
severity: low
risk: 21
every: 24h
lookback: 24h
max_alerts: 10000
entity: gen_ai.request.id
---
Every long request by itself, to fill a queue.

` + "```esql\nFROM logs-aws_bedrock.invocation-*\n| STATS tokens = MAX(gen_ai.usage.prompt_tokens) BY gen_ai.request.id, user.id\n| WHERE tokens > %d\n```\n",
	"busy-account.md": `---
id: bench-busy-account
title: An account is busy
severity: high
risk: 73
every: 24h
lookback: 24h
entity: cloud.account.id
---
An account with thousands of calls in a day; folded over the days there are more than ten thousand behind its alert.

` + "```esql\nFROM logs-aws_bedrock.invocation-*\n| STATS calls = COUNT(*) BY cloud.account.id\n| WHERE calls >= %d\n```\n",
}

// handsTable makes the store where there is none, and prints the figures whose names have a text.
func handsTable(events int, only, dir string) error {
	b := &bench{dir: dir, binary: filepath.Join(dir, "casebook"), parts: filepath.Join(dir, "parts")}
	if err := sh("", "go", "build", "-o", b.binary, "./cmd/casebook"); err != nil {
		return err
	}
	if _, err := os.Stat(b.parts); err != nil {
		if err := sh("", b.binary, "demo", "--write", b.parts, "--only", "bedrock", "--events", fmt.Sprint(events), "--days", "30"); err != nil {
			return err
		}
	}
	path := filepath.Join(dir, "hands.db")
	if _, err := os.Stat(path); err != nil {
		// With the demo's records a tenth of the requests are longer than this, and a large account has as many calls on some days.
		if err := b.handStore(path, 214, 9*events/1000); err != nil {
			return err
		}
	}
	ctx := context.Background()
	h, err := openHand(ctx, path)
	if err != nil {
		return err
	}
	defer h.db.Close()
	if err := h.say(ctx); err != nil {
		return err
	}
	for _, part := range []struct {
		name    string
		measure func() error
	}{
		{"key to frame", h.keys},
		{"opening", h.openings},
		{"first frame", func() error { return b.firstFrame(path) }},
		{"bytes", func() error { return b.bytes(path) }},
		{"memory", func() error { return b.walkMemory(path) }},
	} {
		if !strings.Contains(part.name, only) {
			continue
		}
		if err := part.measure(); err != nil {
			return fmt.Errorf("%s: %w", part.name, err)
		}
	}
	return nil
}

// tell prints a figure beside what is wanted of it.
func tell[T int | time.Duration](name string, got, want T, more string) {
	verdict := "met"
	if got > want {
		verdict = "missed"
	}
	fmt.Printf("%-44s %10s   want %8s   %-6s   %s\n", name, amount(got), amount(want), verdict, more)
}

// amount is a time, or a number.
func amount[T int | time.Duration](v T) string {
	if d, ok := any(v).(time.Duration); ok {
		return d.Round(10 * time.Microsecond).String()
	}
	return fmt.Sprint(v)
}

// central is the median of what was measured, and the last of a hundred.
func central[T int | time.Duration](all []T) (median, late T) {
	slices.Sort(all)
	return all[len(all)/2], all[len(all)*99/100]
}

func (b *bench) handStore(path string, tokens, calls int) error {
	giant := filepath.Join(b.dir, "giant.json")
	record := fmt.Sprintf(`{"schemaType":"ModelInvocationLog","schemaVersion":"1.0","timestamp":"2026-03-02T00:00:00Z","accountId":"123456789012",`+
		`"identity":{"arn":"arn:aws:iam::123456789012:user/giant"},"region":"us-east-1","requestId":"00000000-0000-4000-8000-000000000001","operation":"Converse",`+
		`"modelId":"anthropic.claude-3-haiku-20240307-v1:0","input":{"inputBodyJson":{"messages":[{"role":"user","content":[{"text":%q}]}]},"inputTokenCount":1},`+
		`"output":{"outputBodyJson":{"output":{"message":{"role":"assistant","content":[{"text":"no"}]}}},"outputTokenCount":1}}`+"\n",
		strings.Repeat("a line of a long prompt, and then another\n", 10<<20/42))
	if err := os.WriteFile(giant, []byte(record), 0o600); err != nil {
		return err
	}
	rules := filepath.Join(b.dir, "hand-rules") // apart from those of the replay's table
	if err := os.MkdirAll(rules, 0o700); err != nil {
		return err
	}
	for name, text := range handRules {
		least := tokens
		if strings.HasPrefix(name, "busy") {
			least = calls
		}
		if err := os.WriteFile(filepath.Join(rules, name), []byte(fmt.Sprintf(text, least)), 0o600); err != nil {
			return err
		}
	}
	for _, args := range [][]string{{"load", b.parts, giant}, {"detect", "--budget", "10m", "--rules", rules}} {
		if err := sh("", b.binary, append([]string{"--store", path}, args...)...); err != nil {
			return err
		}
	}
	return nil
}
