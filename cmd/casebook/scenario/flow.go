package scenario

import (
	"cmp"
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"time"
)

const (
	second = int64(time.Second)
	minute = int64(time.Minute)
	hour   = int64(time.Hour)
	day    = 24 * hour
)

// event is one call, before anything of it is written out.
type event struct {
	at    int64 // Unix ns
	who   int   // place in the vendor's population; -1 where nobody is named
	model int   // place in the vendor's models
	kind  kind
	// in and out are sizes: characters of the prompt and of the reply (Bedrock, OpenAI), bytes of the bodies (Azure).
	in, out int
	// tokens, when not 0, is the count of completion tokens that the vendor must report.
	tokens  int
	topic   int
	seed    uint64
	planted bool
}

// kind is how a call went.
type kind uint8

const (
	answered kind = iota
	denied
	throttled
	invalid
	guarded // a guardrail stepped in
	empty   // answered with nothing
	smuggled
	otherOperation // Azure: not a chat
	emptyOther     // Azure: not a chat, answered with nothing
	audited        // Azure: an entry of the audit log
)

// planted is an incident with its events.
type planted struct {
	Incident
	events []event
}

// campaign is the days that one set of incidents may use.
type campaign struct {
	calendar
	base int
}

// at is a time of a day of the campaign. Campaigns start on different days, so no two incidents of one detection
// ever share a day.
func (c campaign) at(offset, hh, mm int) int64 {
	d := (c.base + offset) % c.days
	return c.start + int64(d)*day + int64(hh)*hour + int64(mm)*minute
}

// calendar is the span of the logs and its rhythm.
type calendar struct {
	start int64 // a midnight
	days  int
}

func (c calendar) end() int64 { return c.start + int64(c.days)*day }

// The rhythm of a day, hour by hour UTC, for offices in Europe and on the American east coast.
var rhythm = [24]float64{
	0.16, 0.13, 0.11, 0.10, 0.12, 0.20, 0.42, 0.78, 1.10, 1.30, 1.36, 1.22,
	1.12, 1.34, 1.46, 1.42, 1.30, 1.10, 0.88, 0.70, 0.54, 0.40, 0.29, 0.21,
}

// weight is how busy an hour of the calendar is.
func (c calendar) weight(h int) float64 {
	w := rhythm[h%24]
	switch time.Unix(0, c.start+int64(h)*hour).UTC().Weekday() {
	case time.Saturday, time.Sunday:
		w *= 0.3
	}
	return w
}

// night is an hour when services go on and people mostly do not.
func (c calendar) night(h int) bool { return rhythm[h%24] < 0.35 }

// flow makes a vendor's events in time order and hands them to it.
type flow struct {
	vendor   vendor
	calendar calendar
	events   int
	rand     *rand.Rand
	planted  []event
	progress func(done int)
}

// told is how many events pass between two words of progress.
const told = 5000

func (f *flow) run(ctx context.Context) error {
	slices.SortStableFunc(f.planted, byTime)
	var (
		ordinary = f.events - len(f.planted)
		hours    = f.calendar.days * 24
		total    float64
		passed   float64
		made     int
		done     int
		pending  []event
	)
	for h := range hours {
		total += f.calendar.weight(h)
	}
	for h := range hours {
		from := f.calendar.start + int64(h)*hour
		to := from + hour
		passed += f.calendar.weight(h)
		want := int(math.Round(float64(ordinary) * passed / total))
		for made < want {
			n := len(pending)
			pending = f.vendor.session(f.rand, pending, from, f.calendar.night(h), want-made)
			made += len(pending) - n
			for i := n; i < len(pending); i++ {
				pending[i].seed = f.rand.Uint64()
				if pending[i].at >= f.calendar.end() {
					pending[i].at = from + f.rand.Int64N(hour)
				}
			}
		}
		for len(f.planted) > 0 && f.planted[0].at < to {
			pending = append(pending, f.planted[0])
			f.planted = f.planted[1:]
		}
		slices.SortStableFunc(pending, byTime)
		ready, _ := slices.BinarySearchFunc(pending, to, func(e event, t int64) int { return cmp.Compare(e.at, t) })
		for i := range pending[:ready] {
			e := &pending[i]
			if !e.planted {
				f.vendor.settle(e)
			}
			if err := f.vendor.write(e); err != nil {
				return err
			}
			if done++; done%told == 0 {
				if err := ctx.Err(); err != nil {
					return err
				}
				if f.progress != nil {
					f.progress(told)
				}
			}
		}
		pending = append(pending[:0], pending[ready:]...)
		if err := f.vendor.flush(to); err != nil {
			return err
		}
	}
	if f.progress != nil {
		f.progress(done % told)
	}
	return ctx.Err()
}

func byTime(a, b event) int { return cmp.Compare(a.at, b.at) }

// reservation keeps ordinary traffic away from an actor while an incident happens there, so that an incident is
// exactly what was planted.
type reservation struct {
	who      int
	from, to int64
}

type reservations []reservation

func (rs *reservations) add(who int, from, to int64) { *rs = append(*rs, reservation{who, from, to}) }

func (rs reservations) holds(who int, at int64) bool {
	for _, r := range rs {
		if r.who == who && r.from <= at && at < r.to {
			return true
		}
	}
	return false
}

// other is the next actor of n that is free at a time, or who when all are taken.
func (rs reservations) other(who, n int, at int64) int {
	for i := range n {
		if next := (who + i) % n; !rs.holds(next, at) {
			return next
		}
	}
	return who
}

// incident closes a planted incident over its events, which it puts in order and gives their seeds.
func incident(r *rand.Rand, rule string, attack bool, entity, what string, events []event) planted {
	slices.SortStableFunc(events, byTime)
	for i := range events {
		events[i].seed, events[i].planted = r.Uint64(), true
	}
	return planted{Incident{
		Rule: rule, Attack: attack, Entity: entity, What: what, Events: len(events),
		From: time.Unix(0, events[0].at).UTC(), To: time.Unix(0, events[len(events)-1].at).UTC(),
	}, events}
}

// lognormal draws a size with a heavy tail: half of the draws lie under the median.
func lognormal(r *rand.Rand, median, spread float64, limit int) int {
	return min(limit, int(median*math.Exp(spread*r.NormFloat64())))
}

// pause draws the time to the next call of a session.
func pause(r *rand.Rand, least, mean float64) int64 {
	return int64((least + mean*r.ExpFloat64()) * float64(time.Second))
}
