// Package scenario writes invented raw logs as the vendors deliver them: ordinary traffic with a daily rhythm, and for
// each of the five detections one attack with benign twins just under its threshold.
//
// The rules of the house here:
//   - The same options give the same bytes, on any machine and however many cores it has: every event carries a seed of
//     its own, and nothing depends on the clock.
//   - Ordinary traffic never sets off a detection, at any number of events: what could is settled away in time order
//     (see the settle methods). So whatever fires was planted, and a planted twin that fires is a fault.
//   - Memory does not grow with the number of events: a vendor's traffic is made hour by hour.
//
// Every name, address and sentence is made up.
package scenario

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// Options say what to write.
type Options struct {
	Dir    string // created; must be empty
	Events int    // records in all
	Days   int
	Seed   uint64
	Start  time.Time // first midnight, UTC; zero means DefaultStart
	Mix    Mix       // zero means DefaultMix
	// Campaigns is how often the set of attacks and twins is planted, on different days; zero means once.
	Campaigns int
	// Progress, when set, is told now and then how many records are written.
	Progress func(done int)
}

// Mix is each vendor's share of the events, as weights.
type Mix struct{ Bedrock, Azure, OpenAI int }

// DefaultMix is what a firm that uses all three might see.
var DefaultMix = Mix{Bedrock: 50, Azure: 28, OpenAI: 22}

// DefaultStart is a Monday, so that three days are working days and a month has its weekends.
var DefaultStart = time.Date(2026, time.March, 2, 0, 0, 0, 0, time.UTC)

// Summary is what was written.
type Summary struct {
	Dir       string     `json:"dir"`
	Seed      uint64     `json:"seed"`
	From      time.Time  `json:"from"`
	To        time.Time  `json:"to"`
	Records   int        `json:"records"`
	Files     int        `json:"files"`
	Bytes     int64      `json:"bytes"`          // as they lie on the disk
	Expanded  int64      `json:"expanded_bytes"` // after gunzip
	Vendors   []Vendor   `json:"vendors"`
	Incidents []Incident `json:"incidents"`
}

// Vendor is one vendor's part of a summary.
type Vendor struct {
	Name     string `json:"name"`
	Records  int    `json:"records"`
	Files    int    `json:"files"`
	Bytes    int64  `json:"bytes"`
	Expanded int64  `json:"expanded_bytes"`
}

// Incident is something planted: an attack that a detection must find, or a twin that it must leave alone.
type Incident struct {
	Rule   string    `json:"rule"`
	Attack bool      `json:"attack"`
	Entity string    `json:"entity"` // as the rule's result names it
	From   time.Time `json:"from"`
	To     time.Time `json:"to"` // time of the last event
	Events int       `json:"events"`
	What   string    `json:"what"`
}

// vendor is one source of logs: its planted incidents, its ordinary traffic, its files.
type vendor interface {
	name() string
	// plant makes the incidents of one campaign, which may use the days from base on, and reserves its actors.
	plant(r *rand.Rand, c campaign) []planted
	// session appends the events of one ordinary session that starts at or after from, at most room of them.
	session(r *rand.Rand, events []event, from int64, night bool, room int) []event
	// settle makes an ordinary event harmless. Events come in time order.
	settle(e *event)
	// write puts an event into its file. Events come in time order.
	write(e *event) error
	// flush is called at the end of each hour, close at the end of all.
	flush(hour int64) error
	close() error
	files() *tally
}

// tally counts what a vendor has written; workers share it.
type tally struct {
	records, files, bytes, expanded atomic.Int64
}

// Write writes the logs.
func Write(ctx context.Context, o Options) (*Summary, error) {
	if err := o.complete(); err != nil {
		return nil, err
	}
	if err := prepare(o.Dir); err != nil {
		return nil, err
	}
	var (
		days    = calendar{start: o.Start.UnixNano(), days: o.Days}
		sum     = &Summary{Dir: o.Dir, Seed: o.Seed, From: o.Start, To: o.Start.AddDate(0, 0, o.Days)}
		shares  = o.shares()
		vendors = []vendor{newBedrock(o, days, shares[0]), newAzure(o, days, shares[1]), newOpenAI(o, days, shares[2])}
		flows   []*flow
	)
	for i, v := range vendors {
		if shares[i] == 0 {
			continue
		}
		f := &flow{vendor: v, calendar: days, events: shares[i], rand: source(o.Seed, 2*i), progress: o.Progress}
		r := source(o.Seed, 2*i+1)
		for c := range o.Campaigns {
			for _, p := range v.plant(r, campaign{calendar: days, base: c * o.Days / o.Campaigns}) {
				sum.Incidents = append(sum.Incidents, p.Incident)
				f.planted = append(f.planted, p.events...)
			}
		}
		if len(f.planted) > shares[i] {
			return nil, fmt.Errorf("%d events leave %s %d of them, and its incidents alone are %d: ask for at least %d events",
				o.Events, v.name(), shares[i], len(f.planted), len(f.planted)*o.Events/shares[i]+1)
		}
		flows = append(flows, f)
	}
	if err := run(ctx, flows); err != nil {
		return nil, err
	}
	for _, f := range flows {
		t := f.vendor.files()
		v := Vendor{f.vendor.name(), int(t.records.Load()), int(t.files.Load()), t.bytes.Load(), t.expanded.Load()}
		sum.Vendors = append(sum.Vendors, v)
		sum.Records, sum.Files = sum.Records+v.Records, sum.Files+v.Files
		sum.Bytes, sum.Expanded = sum.Bytes+v.Bytes, sum.Expanded+v.Expanded
	}
	return sum, nil
}

func (o *Options) complete() error {
	if o.Mix == (Mix{}) {
		o.Mix = DefaultMix
	}
	if o.Start.IsZero() {
		o.Start = DefaultStart
	}
	if o.Campaigns == 0 {
		o.Campaigns = 1
	}
	o.Start = o.Start.UTC().Truncate(24 * time.Hour)
	switch {
	case o.Events < 1:
		return fmt.Errorf("events: want a number above 0, found %d", o.Events)
	case o.Days < 1 || o.Days > 3660:
		return fmt.Errorf("days: want 1 to 3660, found %d", o.Days)
	case o.Campaigns < 0 || o.Campaigns > o.Days:
		return fmt.Errorf("campaigns: want 1 to %d, one a day at most, found %d", o.Days, o.Campaigns)
	case o.Mix.Bedrock < 0 || o.Mix.Azure < 0 || o.Mix.OpenAI < 0:
		return fmt.Errorf("shares of the vendors must not be negative, found %+v", o.Mix)
	}
	return nil
}

// shares deals the events out to the vendors; the first with a share takes what rounding leaves.
func (o *Options) shares() [3]int {
	weights := [3]int{o.Mix.Bedrock, o.Mix.Azure, o.Mix.OpenAI}
	total, left := weights[0]+weights[1]+weights[2], o.Events
	var shares [3]int
	for i, w := range weights {
		shares[i] = int(int64(o.Events) * int64(w) / int64(total))
		left -= shares[i]
	}
	for i, w := range weights {
		if w > 0 {
			shares[i] += left
			break
		}
	}
	return shares
}

// prepare makes the folder; logs are never mixed into what lies there already.
func prepare(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("make the folder for the logs: %w", err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return fmt.Errorf("look into the folder for the logs: %w", err)
	}
	if len(entries) > 0 {
		return fmt.Errorf("%s is not empty: name a new or an empty folder", dir)
	}
	return nil
}

// source is the random numbers of one purpose: what one vendor draws never shifts what another gets.
func source(seed uint64, purpose int) *rand.Rand {
	return rand.New(rand.NewPCG(seed, 0x9e3779b97f4a7c15*uint64(purpose+1)))
}

func run(ctx context.Context, flows []*flow) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var (
		wg    sync.WaitGroup
		once  sync.Once
		first error
	)
	for _, f := range flows {
		wg.Go(func() {
			err := f.run(ctx)
			if cerr := f.vendor.close(); err == nil {
				err = cerr
			}
			if err != nil {
				once.Do(func() { first = fmt.Errorf("write the logs of %s: %w", f.vendor.name(), err); cancel() })
			}
		})
	}
	wg.Wait()
	return first
}
