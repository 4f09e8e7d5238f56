package scenario

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"casebook/engine/column"
)

// resource is one Azure OpenAI account with its diagnostic settings.
type resource struct {
	name, group, subscription, location string
	deployment, model, version          string
	crlf                                bool // its lines end as Windows ends them
	stringly                            bool // its properties come as a string that holds JSON
}

var resources = []resource{
	{"NW-CHAT-PROD-01", "RG-CHAT-PROD", "3F0C5A1E-7B42-4C86-9D1B-0E6A52D7C101", "eastus", "chat-main", "gpt-4o", "2024-08-06", false, false},
	{"NW-CHAT-PROD-02", "RG-CHAT-PROD", "3F0C5A1E-7B42-4C86-9D1B-0E6A52D7C101", "westeurope", "chat-main", "gpt-4o", "2024-08-06", true, false},
	{"NW-DOCS-SEARCH", "RG-DOCS", "3F0C5A1E-7B42-4C86-9D1B-0E6A52D7C101", "westeurope", "docs-mini", "gpt-4o-mini", "2024-07-18", false, true},
	{"NW-LEGAL-ASSIST", "RG-LEGAL", "8B91D2F7-40AC-4E15-B3C8-6F21A90E7702", "swedencentral", "legal", "gpt-4.1", "2025-04-14", false, false},
	{"NW-LABS-EVAL", "RG-LABS", "8B91D2F7-40AC-4E15-B3C8-6F21A90E7702", "eastus2", "eval", "gpt-4.1-mini", "2025-04-14", true, true},
	{"NW-HR-DESK", "RG-PEOPLE", "8B91D2F7-40AC-4E15-B3C8-6F21A90E7702", "swedencentral", "desk", "gpt-35-turbo", "0125", false, false},
	{"NW-SALES-NOTES", "RG-SALES", "C27E6B30-15D9-4A7F-8E44-D3B8F1096203", "eastus", "notes", "gpt-4o-mini", "2024-07-18", false, false},
	{"NW-PARTNER-API", "RG-PARTNER", "C27E6B30-15D9-4A7F-8E44-D3B8F1096203", "northeurope", "partner", "gpt-4o", "2024-11-20", true, false},
}

const (
	chat = "ChatCompletions_Create"
	// An ordinary chat's body stays below the average that the denial-of-service rule wants, so no minute of them reaches it.
	ordinaryBody = 4800
	largeBody    = 5000
	// Ordinary empty answers of a resource lie this far apart: 6 in an hour at most, where the rule wants 10.
	emptyPause = 10 * minute
)

type azure struct {
	tally
	calendar
	dir      string
	reserved reservations // who = resource
	empties  map[int]int64
	open     map[string]*hourFile
	line     []byte
	more     []byte
}

// hourFile is one PT1H.json: what a resource logged in one category in one hour.
type hourFile struct {
	file *os.File
	w    *bufio.Writer
	size int64
}

func newAzure(o Options, c calendar, _ int) *azure {
	return &azure{calendar: c, dir: o.Dir, empties: map[int]int64{}, open: map[string]*hourFile{}}
}

func (a *azure) name() string  { return "Azure OpenAI" }
func (a *azure) files() *tally { return &a.tally }

func (a *azure) session(r *rand.Rand, events []event, from int64, night bool, room int) []event {
	who, calls, mean := r.IntN(len(resources)), 1+r.IntN(8), 40.0
	if night {
		who = r.IntN(len(resources) / 2)
	}
	at := from + r.Int64N(hour)
	for range min(calls, room) {
		e := event{at: at - at%100, who: who, in: max(90, lognormal(r, 1150, 0.7, ordinaryBody)), out: max(120, lognormal(r, 1300, 0.6, 20000))}
		switch x := r.IntN(1000); {
		case x < 3:
			e.kind, e.out = empty, 0
		case x < 12:
			e.kind, e.out = throttled, 172
		case x < 17:
			e.kind, e.out = invalid, 240
		case x < 110:
			e.kind, e.in, e.out = otherOperation, max(200, lognormal(r, 4200, 1, 120000)), 33000
		case x < 112:
			e.kind, e.out = emptyOther, 0
		case x < 115:
			e.kind, e.in, e.out = audited, 0, 0
		}
		events = append(events, e)
		at += pause(r, 0.4, mean)
	}
	return events
}

func (a *azure) settle(e *event) {
	if a.reserved.holds(e.who, e.at) {
		e.who = a.reserved.other(e.who, len(resources), e.at)
	}
	if e.kind == empty {
		if last, ok := a.empties[e.who]; ok && e.at-last < emptyPause {
			e.kind, e.out = answered, 260
		} else {
			a.empties[e.who] = e.at
		}
	}
}

// operations other than chats, with the paths they are called by.
var operations = []string{"Embeddings_Create", "Completions_Create", "ListModels_Get"}

var versions = []string{"2024-02-15-preview", "2024-06-01", "2024-10-21"}

func (a *azure) write(e *event) error {
	r := rand.New(rand.NewPCG(e.seed, 3))
	res := &resources[e.who]
	category := "RequestResponse"
	if e.kind == audited {
		category = "Audit"
	}
	f, err := a.file(res, category, e.at)
	if err != nil {
		return err
	}
	id := fmt.Sprintf("/SUBSCRIPTIONS/%s/RESOURCEGROUPS/%s/PROVIDERS/MICROSOFT.COGNITIVESERVICES/ACCOUNTS/%s", res.subscription, res.group, res.name)
	b := a.line[:0]
	if e.kind == audited {
		b = appendAudit(b, r, e, res, id)
	} else {
		b = a.appendCall(b, r, e, res, id)
	}
	if res.crlf {
		b = append(b, '\r')
	}
	b = append(b, '\n')
	a.line = b
	f.size += int64(len(b))
	a.records.Add(1)
	_, err = f.w.Write(b)
	return err
}

// stamp is the form of Azure's times: 100 ns, always seven digits.
const stamp = "2006-01-02T15:04:05.0000000Z"

func appendAudit(b []byte, r *rand.Rand, e *event, res *resource, id string) []byte {
	b = append(b, `{"AssetIdentity":"`...)
	b = appendUUID(b, r)
	b = append(b, `","Tenant":"`...)
	b = append(b, res.location...)
	b = append(b, `","category":"Audit","operationName":"ListKey","properties":{"objectId":"`...)
	b = appendUUID(b, r)
	b = append(b, `"},"resourceId":"`...)
	b = append(b, id...)
	b = append(b, `","time":"`...)
	b = time.Unix(0, e.at).UTC().AppendFormat(b, stamp)
	return append(b, `"}`...)
}

func (a *azure) appendCall(b []byte, r *rand.Rand, e *event, res *resource, id string) []byte {
	operation, status := chat, "200"
	switch e.kind {
	case otherOperation, emptyOther:
		operation = operations[r.IntN(len(operations))]
	case throttled:
		status = "429"
	case invalid:
		status = "400"
	}
	took := 40 + e.in/60 + e.out/3 + r.IntN(500)
	b = append(b, `{"Tenant":"`...)
	b = append(b, res.location...)
	b = append(b, `","callerIpAddress":"20.76.`...)
	b = strconv.AppendInt(b, int64(14+e.who*3+r.IntN(3)), 10)
	b = append(b, `.***","category":"RequestResponse","correlationId":"`...)
	b = appendUUID(b, r)
	b = append(b, `","durationMs":`...)
	b = strconv.AppendInt(b, int64(took), 10)
	b = append(b, `,"event":"ShoeboxCallResult","location":"`...)
	b = append(b, res.location...)
	b = append(b, `","operationName":"`...)
	b = append(b, operation...)
	b = append(b, `","properties":`...)
	p := append(a.more[:0], `{"apiName":"Azure OpenAI API version `...)
	p = append(p, versions[r.IntN(len(versions))]...)
	p = append(p, `","requestTime":`...)
	p = strconv.AppendInt(p, column.TicksAtEpoch+column.FromNanos(e.at-int64(took)*1e6), 10)
	p = append(p, `,"requestLength":`...)
	p = strconv.AppendInt(p, int64(e.in), 10)
	p = append(p, `,"responseTime":`...)
	p = strconv.AppendInt(p, column.TicksAtEpoch+column.FromNanos(e.at), 10)
	p = append(p, `,"responseLength":`...)
	p = strconv.AppendInt(p, int64(e.out), 10)
	p = append(p, `,"objectId":"","streamType":"`...)
	p = append(p, []string{"Non-Streaming", "Streaming"}[r.IntN(2)]...)
	p = append(p, `","modelDeploymentName":"`...)
	p = append(p, res.deployment...)
	p = append(p, `","modelName":"`...)
	p = append(p, res.model...)
	p = append(p, `","modelVersion":"`...)
	p = append(p, res.version...)
	p = append(p, `"}`...)
	a.more = p
	if res.stringly {
		b = appendQuoted(b, p)
	} else {
		b = append(b, p...)
	}
	b = append(b, `,"resourceId":"`...)
	b = append(b, id...)
	b = append(b, `","resultSignature":"`...)
	b = append(b, status...)
	b = append(b, `","time":"`...)
	b = time.Unix(0, e.at).UTC().AppendFormat(b, stamp)
	return append(b, `"}`...)
}

// file is the open file for a record. All files of an hour are closed together, so that no more are open than there are
// resources and categories.
func (a *azure) file(res *resource, category string, at int64) (*hourFile, error) {
	key := category + "/" + res.name
	if f := a.open[key]; f != nil {
		return f, nil
	}
	t := time.Unix(0, at).UTC()
	dir := filepath.Join(a.dir, "insights-logs-"+strings.ToLower(category), "resourceId=", "SUBSCRIPTIONS", res.subscription,
		"RESOURCEGROUPS", res.group, "PROVIDERS", "MICROSOFT.COGNITIVESERVICES", "ACCOUNTS", res.name, t.Format("y=2006/m=01/d=02/h=15"), "m=00")
	f, err := createHourFile(dir)
	if err != nil {
		return nil, err
	}
	a.open[key] = f
	return f, nil
}

func createHourFile(dir string) (*hourFile, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	f, err := os.Create(filepath.Join(dir, "PT1H.json"))
	if err != nil {
		return nil, err
	}
	return &hourFile{file: f, w: bufio.NewWriterSize(f, 32<<10)}, nil
}

// close ends the file and counts it.
func (f *hourFile) close(t *tally) error {
	err := f.w.Flush()
	if cerr := f.file.Close(); err == nil {
		err = cerr
	}
	t.files.Add(1)
	t.bytes.Add(f.size)
	t.expanded.Add(f.size)
	return err
}

func (a *azure) flush(int64) error {
	var first error
	for key, f := range a.open {
		if err := f.close(&a.tally); err != nil && first == nil {
			first = err
		}
		delete(a.open, key)
	}
	return first
}

func (a *azure) close() error { return a.flush(0) }
