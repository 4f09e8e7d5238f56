package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/klauspost/compress/gzip"
)

// This is the five detections once more, in plain Go and straight from raw logs: no store, no query language, nothing of
// the engine. What it finds tick by tick is what the engine must find.

// refHit is one row of one run.
type refHit struct {
	Rule string
	Tick time.Time
	Row  map[string]any // string, float64; times in RFC 3339 with milliseconds
}

// key is a hit as text, the same for both sides of a comparison. Floats are compared to 9 digits: the sum behind a
// deviation may be taken in another order.
func (h refHit) key() string {
	names := make([]string, 0, len(h.Row))
	for name := range h.Row {
		names = append(names, name)
	}
	sort.Strings(names)
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s", h.Rule, h.Tick.UTC().Format(time.RFC3339))
	for _, name := range names {
		if f, ok := h.Row[name].(float64); ok {
			fmt.Fprintf(&b, " %s=%.9g", name, f)
		} else {
			fmt.Fprintf(&b, " %s=%v", name, h.Row[name])
		}
	}
	return b.String()
}

type refBedrock struct {
	at                         time.Time
	user, account, model, code string
	prompt, completion         float64
	size                       float64
}

type refAzure struct {
	at                          time.Time
	operation, status, resource string
	request, response           float64
	measured                    bool // has lengths at all
}

type refOpenAI struct {
	at   time.Time
	user string
}

type reference struct {
	bedrock []refBedrock
	azure   []refAzure
	openAI  []refOpenAI
}

// readReference reads every file below a folder that a scenario wrote.
func readReference(t *testing.T, dir string) *reference {
	t.Helper()
	ref := &reference{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		defer f.Close()
		var in io.Reader = f
		if strings.HasSuffix(path, ".gz") {
			if in, err = gzip.NewReader(f); err != nil {
				return err
			}
		}
		lines := bufio.NewScanner(in)
		lines.Buffer(nil, 16<<20)
		for lines.Scan() {
			if err := ref.add(lines.Bytes()); err != nil {
				return fmt.Errorf("%s: %w: %.200s", path, err, lines.Bytes())
			}
		}
		return lines.Err()
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.SortStableFunc(ref.bedrock, func(a, b refBedrock) int { return a.at.Compare(b.at) })
	slices.SortStableFunc(ref.azure, func(a, b refAzure) int { return a.at.Compare(b.at) })
	slices.SortStableFunc(ref.openAI, func(a, b refOpenAI) int { return a.at.Compare(b.at) })
	return ref
}

func (ref *reference) add(line []byte) error {
	var r struct {
		SchemaType, Timestamp, AccountID, ModelID, ErrorCode string
		Identity                                             struct{ ARN string }
		Input                                                struct {
			InputBodyJSON   any
			InputTokenCount float64
		}
		Output struct{ OutputTokenCount float64 }

		Category, Time, OperationName, ResultSignature, ResourceID string
		Properties                                                 json.RawMessage

		Type, TimeGenerated string
		AdditionalFields    struct {
			InputUser string `json:"input_user"`
		}
	}
	d := json.NewDecoder(strings.NewReader(string(line)))
	d.UseNumber()
	if err := d.Decode(&r); err != nil {
		return err
	}
	at, err := time.Parse(time.RFC3339Nano, r.Timestamp+r.Time+r.TimeGenerated)
	if err != nil {
		return err
	}
	switch {
	case r.SchemaType != "":
		ref.bedrock = append(ref.bedrock, refBedrock{at: at, user: r.Identity.ARN, account: r.AccountID, model: r.ModelID, code: r.ErrorCode,
			prompt: r.Input.InputTokenCount, completion: r.Output.OutputTokenCount, size: float64(bodySize(r.Input.InputBodyJSON))})
	case r.Category != "":
		e := refAzure{at: at, operation: r.OperationName, status: r.ResultSignature,
			resource: strings.ToLower(r.ResourceID[strings.LastIndexByte(r.ResourceID, '/')+1:])}
		raw := r.Properties
		var text string
		if json.Unmarshal(raw, &text) == nil {
			raw = json.RawMessage(text)
		}
		var p struct{ RequestLength, ResponseLength *float64 }
		if err := json.Unmarshal(raw, &p); err != nil {
			return err
		}
		if p.RequestLength != nil {
			e.request, e.response, e.measured = *p.RequestLength, *p.ResponseLength, true
		}
		ref.azure = append(ref.azure, e)
	default:
		ref.openAI = append(ref.openAI, refOpenAI{at, r.AdditionalFields.InputUser})
	}
	return nil
}

// bodySize is the published size of a request: UTF-16 units of the body written compactly with its strings as they are.
func bodySize(v any) int {
	text := func(s string) int { return 2 + len(utf16.Encode([]rune(s))) }
	switch v := v.(type) {
	case nil:
		return 0
	case string:
		return text(v)
	case json.Number:
		return len(v)
	case bool:
		return len(fmt.Sprint(v))
	case []any:
		n := 2 + max(len(v)-1, 0)
		for _, x := range v {
			n += bodySize(x)
		}
		return n
	case map[string]any:
		n := 2 + max(len(v)-1, 0)
		for key, x := range v {
			n += text(key) + 1 + bodySize(x)
		}
		return n
	}
	panic(fmt.Sprintf("no JSON: %T", v))
}

// ticks calls f for each multiple of every whose window [t-lookback, t) can hold an event of [from, to].
func ticks(from, to time.Time, every, lookback time.Duration, f func(t, start time.Time)) {
	for t := from.Truncate(every).Add(every); !t.Add(-lookback).After(to); t = t.Add(every) {
		f(t, t.Add(-lookback))
	}
}

// within is the events of [from, to) of events in time order.
func between[E any](events []E, at func(E) time.Time, from, to time.Time) []E {
	find := func(t time.Time) int {
		return sort.Search(len(events), func(i int) bool { return !at(events[i]).Before(t) })
	}
	return events[find(from):find(to)]
}

// hits are the hits of all five rules, in no order that means anything.
func (ref *reference) hits() []refHit {
	return slices.Concat(ref.floods(), ref.emptyOutputs(), ref.deniedModels(), ref.exhaustion(), ref.pacing())
}

func azureAt(e refAzure) time.Time     { return e.at }
func bedrockAt(e refBedrock) time.Time { return e.at }
func openAIAt(e refOpenAI) time.Time   { return e.at }

func (ref *reference) azureTicks(f func(t time.Time, window []refAzure)) {
	if n := len(ref.azure); n > 0 {
		ticks(ref.azure[0].at, ref.azure[n-1].at, 10*time.Minute, time.Hour, func(t, start time.Time) {
			f(t, between(ref.azure, azureAt, start, t))
		})
	}
}

func (ref *reference) bedrockTicks(every, lookback time.Duration, f func(t time.Time, window []refBedrock)) {
	if n := len(ref.bedrock); n > 0 {
		ticks(ref.bedrock[0].at, ref.bedrock[n-1].at, every, lookback, func(t, start time.Time) {
			f(t, between(ref.bedrock, bedrockAt, start, t))
		})
	}
}

func (ref *reference) floods() (hits []refHit) {
	ref.azureTicks(func(t time.Time, window []refAzure) {
		type key struct {
			minute   time.Time
			resource string
		}
		type sum struct{ chats, measured, bytes float64 }
		groups := map[key]sum{}
		for _, e := range window {
			if e.operation == "ChatCompletions_Create" {
				k := key{e.at.Truncate(time.Minute), e.resource}
				g := groups[k]
				g.chats++
				if e.measured {
					g.measured++
					g.bytes += e.request
				}
				groups[k] = g
			}
		}
		for k, g := range groups {
			if mean := g.bytes / g.measured; g.chats >= 10 && mean >= 5000 {
				hits = append(hits, refHit{"azure-openai-denial-of-service", t, map[string]any{
					"target_time_window": k.minute.Format("2006-01-02T15:04:05.000Z"), "azure.resource.name": k.resource,
					"count": g.chats, "avg_request_size": mean}})
			}
		}
	})
	return hits
}

func (ref *reference) emptyOutputs() (hits []refHit) {
	ref.azureTicks(func(t time.Time, window []refAzure) {
		groups := map[string]float64{}
		for _, e := range window {
			if e.measured && e.response == 0 && e.status == "200" && e.operation == "ChatCompletions_Create" {
				groups[e.resource]++
			}
		}
		for resource, n := range groups {
			if n >= 10 {
				hits = append(hits, refHit{"azure-openai-insecure-output", t, map[string]any{"azure.resource.name": resource, "count": n}})
			}
		}
	})
	return hits
}

func (ref *reference) deniedModels() (hits []refHit) {
	ref.bedrockTicks(10*time.Minute, time.Hour, func(t time.Time, window []refBedrock) {
		type key struct{ user, model, account string }
		groups := map[key]float64{}
		for _, e := range window {
			if e.code == "AccessDeniedException" {
				groups[key{e.user, e.model, e.account}]++
			}
		}
		for k, n := range groups {
			if n > 3 {
				hits = append(hits, refHit{"bedrock-denied-models", t, map[string]any{
					"user.id": k.user, "gen_ai.request.model.id": k.model, "cloud.account.id": k.account, "total_denials": n}})
			}
		}
	})
	return hits
}

func (ref *reference) exhaustion() (hits []refHit) {
	const day = 24 * time.Hour
	ref.bedrockTicks(day, day, func(t time.Time, window []refBedrock) {
		type sum struct{ prompt, completion, size, n float64 }
		groups := map[string]sum{}
		for _, e := range window {
			if e.at.After(t.Add(-day)) && (e.prompt > 8000 || e.completion > 8000 || e.size > 8000) {
				g := groups[e.account]
				groups[e.account] = sum{max(g.prompt, e.prompt), max(g.completion, e.completion), max(g.size, e.size), g.n + 1}
			}
		}
		for account, g := range groups {
			if g.n > 1 {
				hits = append(hits, refHit{"bedrock-resource-exhaustion", t, map[string]any{"cloud.account.id": account,
					"max_prompt_tokens": g.prompt, "max_completion_tokens": g.completion, "max_request_tokens": g.size, "request_count": g.n}})
			}
		}
	})
	return hits
}

func (ref *reference) pacing() (hits []refHit) {
	n := len(ref.openAI)
	if n == 0 {
		return nil
	}
	ticks(ref.openAI[0].at, ref.openAI[n-1].at, time.Hour, time.Hour, func(t, start time.Time) {
		last := map[string]time.Time{}
		gaps := map[string][]float64{}
		for _, e := range between(ref.openAI, openAIAt, start, t) {
			if e.user == "" || !e.at.After(start) {
				continue
			}
			if before, ok := last[e.user]; ok {
				gaps[e.user] = append(gaps[e.user], float64(e.at.Truncate(time.Millisecond).Sub(before.Truncate(time.Millisecond)).Milliseconds()))
			}
			last[e.user] = e.at
		}
		for user, g := range gaps {
			slices.Sort(g)
			count := float64(len(g))
			median := g[int(math.Ceil(count/2))-1]
			var sum, squares float64
			for _, x := range g {
				sum += x
			}
			for _, x := range g {
				squares += (x - sum/count) * (x - sum/count)
			}
			deviation := 0.0
			if count > 1 {
				deviation = math.Sqrt(squares / (count - 1))
			}
			if count >= 30 && median < 2000 && deviation < 500 {
				hits = append(hits, refHit{"openai-red-team-pacing", t, map[string]any{
					"ActorUser": user, "Requests": count, "MedianGapMs": median, "StdGapMs": deviation, "MinGapMs": g[0]}})
			}
		}
	})
	return hits
}
