package scenario

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strconv"
	"time"
)

var openAIModels = []string{"gpt-4o-2024-08-06", "gpt-4o-mini-2024-07-18", "gpt-4.1-2025-04-14", "o4-mini-2025-04-16"}

// A user who is named in no more rows than this in one clock hour cannot reach the 30 gaps that the pacing rule wants.
// Ordinary calls beyond it come without the caller's name, as many real ones do.
const ordinaryCalls = 29

// openAI is the OpenAI API as Sentinel keeps it: rows of ASimAgentEventLogs, exported to storage.
type openAI struct {
	tally
	calendar
	dir      string
	people   int
	reserved reservations // who = user
	calls    map[int]int  // user -> named calls in the hour
	hour     int64
	out      *hourFile
	line     []byte
	scratch  []byte
}

func newOpenAI(o Options, c calendar, events int) *openAI {
	return &openAI{calendar: c, dir: o.Dir, people: min(max(events/(c.days*40), 20), 5000), calls: map[int]int{}}
}

func (o *openAI) name() string  { return "OpenAI in Sentinel" }
func (o *openAI) files() *tally { return &o.tally }

// userName is what an application passes as the end user; the last ones are applications themselves.
func (o *openAI) userName(who int) string {
	if who < o.people {
		return login(who*3+1) + "@example.com"
	}
	return []string{"svc-eval-harness@example.com", "svc-nightly-digest@example.com", "svc-translate@example.com", "svc-ticket-triage@example.com"}[who-o.people]
}

// Places of the applications, counted from the number of people.
const (
	evalHarness = iota
	nightlyDigest
	translate
	ticketTriage
)

func (o *openAI) session(r *rand.Rand, events []event, from int64, night bool, room int) []event {
	who, calls, least, mean := r.IntN(o.people), 1+r.IntN(9), 3.0, 48.0
	if night && r.IntN(3) > 0 {
		who, calls, least, mean = o.people+nightlyDigest+r.IntN(3), 1+r.IntN(6), 2, 400
	}
	t := who % len(topics)
	named := r.IntN(100) >= 15
	at := from + r.Int64N(hour)
	for range min(calls, room) {
		e := event{at: at - at%second, who: who, topic: t, model: (who + r.IntN(4)/3) % len(openAIModels),
			in: max(20, lognormal(r, 420, 0.8, 20000)), out: max(8, lognormal(r, 380, 0.9, 16000))}
		if !named {
			e.who = -1
		}
		events = append(events, e)
		at += pause(r, least, mean)
	}
	return events
}

func (o *openAI) settle(e *event) {
	if e.who < 0 {
		return
	}
	if h := e.at / hour; h != o.hour {
		o.hour = h
		clear(o.calls)
	}
	o.calls[e.who]++
	if o.calls[e.who] > ordinaryCalls || o.reserved.holds(e.who, e.at) {
		e.who = -1
	}
}

func (o *openAI) plant(r *rand.Rand, c campaign) []planted {
	start := c.at(2, 21, 6) + r.Int64N(5)*minute
	harness, digest, batch, triage := o.people+evalHarness, o.people+nightlyDigest, o.people+translate, o.people+ticketTriage
	for who := o.people; who < o.people+4; who++ {
		o.reserved.add(who, start-2*hour, start+2*hour)
	}
	calls := func(who, count, topic int, gap func(i int) int64) (events []event) {
		at := start
		for i := range count {
			events = append(events, event{at: at, who: who, model: 1, topic: topic, in: 60 + r.IntN(400), out: 20 + r.IntN(160)})
			at += gap(i) * second
		}
		return events
	}
	// Gaps are whole seconds, as the connector's times are.
	attack := calls(harness, 140, probing, func(int) int64 { return 1 + int64(r.IntN(12)/11) })
	few := calls(digest, 30, 2, func(int) int64 { return 1 })
	slow := calls(batch, 120, 4, func(int) int64 { return 2 })
	ragged := calls(triage, 90, 0, func(i int) int64 {
		if i%6 == 5 {
			return 9 + int64(r.IntN(20))
		}
		return int64(r.IntN(2))
	})
	const rule = "openai-red-team-pacing"
	return []planted{
		incident(r, rule, true, o.userName(harness), "140 calls about a second apart", attack),
		incident(r, rule, false, o.userName(digest), "30 calls a second apart: 29 gaps", few),
		incident(r, rule, false, o.userName(batch), "120 calls exactly two seconds apart: the median is not below 2000 ms", slow),
		incident(r, rule, false, o.userName(triage), "90 quick calls with pauses: the gaps are irregular", ragged),
	}
}

func (o *openAI) write(e *event) error {
	if o.out == nil {
		t := time.Unix(0, e.at).UTC()
		dir := filepath.Join(o.dir, "am-asimagenteventlogs", "WorkspaceResourceId=", "subscriptions", "c27e6b30-15d9-4a7f-8e44-d3b8f1096203",
			"resourcegroups", "rg-soc", "providers", "microsoft.operationalinsights", "workspaces", "nw-sentinel", t.Format("y=2006/m=01/d=02/h=15"), "m=00")
		f, err := createHourFile(dir)
		if err != nil {
			return err
		}
		o.out = f
	}
	o.line = o.appendRow(o.line[:0], e)
	o.out.size += int64(len(o.line))
	o.records.Add(1)
	_, err := o.out.w.Write(o.line)
	return err
}

func (o *openAI) appendRow(b []byte, e *event) []byte {
	r := rand.New(rand.NewPCG(e.seed, 4))
	at := time.Unix(0, e.at).UTC().Format(time.RFC3339)
	b = fmt.Appendf(b, `{"TimeGenerated":"%s","EventStartTime":"%[1]s","EventEndTime":"%[1]s","EventUid":"chatcmpl-`, at)
	b = appendBase62(b, r, 29)
	b = append(b, `","EventRequestId":"req_`...)
	b = appendHex(b, r, 32)
	b = append(b, `","ModelName":"`...)
	b = append(b, openAIModels[e.model]...)
	b = append(b, `","ModelProviderName":"OpenAI","EventRequestTemperature":`...)
	b = append(b, []string{"0.2", "0.7", "1.0"}[r.IntN(3)]...)
	b = append(b, `,"EventRequestTopP":1.0,"EventRequestPresencePenalty":0.0,"EventRequestFrequencyPenalty":0.0,"EventRequestSeed":`...)
	b = strconv.AppendUint(b, r.Uint64()>>1, 10)
	b = append(b, `,"ToolName":"","EventOriginalType":"chat.completion","EventFinishReasons":["stop"],"EventOriginalResultDetails":`...)
	s := append(o.scratch[:0], `[{"index":0,"message":{"content":`...)
	s = appendQuoted(s, text(nil, r, about(e.topic).tells, e.out))
	s = append(s, `,"role":"assistant","tool_calls":null,"function_call":null},"finish_reason":"stop","logprobs":null}]`...)
	o.scratch = s
	b = appendQuoted(b, s)
	b = append(b, `,"InputTokensUsed":`...)
	b = strconv.AppendInt(b, int64(e.in/4+6), 10)
	b = append(b, `,"OutputTokensUsed":`...)
	b = strconv.AppendInt(b, int64(e.out/4+2), 10)
	b = append(b, `,"EventVendor":"OpenAI","EventProduct":"OpenAI API Platform","EventSchema":"AgentEvent","EventSchemaVersion":"0.1.0","EventCount":1,"EventType":"ChatCompletion","AdditionalFields":{"service_tier":"default","system_fingerprint":"fp_`...)
	b = appendHex(b, r, 10)
	b = append(b, `","response_format":null,"tools":null,"metadata":{},"input_user":`...)
	if e.who < 0 {
		b = append(b, "null"...)
	} else {
		b = appendQuoted(b, o.userName(e.who))
	}
	return append(b, "},\"Type\":\"ASimAgentEventLogs\"}\n"...)
}

func (o *openAI) flush(int64) error {
	if o.out == nil {
		return nil
	}
	err := o.out.close(&o.tally)
	o.out = nil
	return err
}

func (o *openAI) close() error { return o.flush(0) }
