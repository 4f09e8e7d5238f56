package scenario

import (
	"math/rand/v2"
	"strings"
)

func (a *azure) plant(r *rand.Rand, c campaign) []planted {
	return append(a.plantFlood(r, c), a.plantEmpty(r, c)...)
}

// resourceName is a resource as rules see it: the published mapping lower-cases it.
func resourceName(who int) string { return strings.ToLower(resources[who].name) }

// plantFlood: minutes of many large chats on one resource; on another never more than 9 a minute however large, on a
// third many that stay one byte short of the average.
func (a *azure) plantFlood(r *rand.Rand, c campaign) []planted {
	start := c.at(1, 14, 5) + r.Int64N(20)*minute
	n := len(resources)
	flooded, few, small := c.base%n, (c.base+1)%n, (c.base+2)%n
	for _, who := range []int{flooded, few, small} {
		a.reserved.add(who, start-hour, start+hour)
	}
	chats := func(who int, from int64, count int, size func(i int) int) (events []event) {
		for i := range count {
			at := from + int64(i)*(58*second/int64(count)) + r.Int64N(second)
			events = append(events, event{at: at - at%100, who: who, in: size(i), out: 900 + r.IntN(3000)})
		}
		return events
	}

	// The first minute meets both thresholds exactly.
	attack := chats(flooded, start, 10, func(i int) int { return largeBody - 450 + 100*i })
	for m := range int64(7) {
		attack = append(attack, chats(flooded, start+(m+1)*minute, 24+r.IntN(40), func(int) int { return 7000 + r.IntN(26000) })...)
	}
	var below, short []event
	for m := range int64(6) {
		below = append(below, chats(few, start+m*minute, 9, func(int) int { return 9000 + r.IntN(30000) })...)
		short = append(short, chats(small, start+m*minute, 20, func(i int) int { return largeBody - 1 - 300 + 600*(i%2) })...)
	}
	const rule = "azure-openai-denial-of-service"
	return []planted{
		incident(r, rule, true, resourceName(flooded), "8 minutes of large chats; the first minute meets both thresholds exactly (10 chats, 5000 bytes)", attack),
		incident(r, rule, false, resourceName(few), "9 chats a minute, however large", below),
		incident(r, rule, false, resourceName(small), "20 chats a minute of 4999 bytes on average", short),
	}
}

// plantEmpty: one resource answers chats with nothing, again and again; another does so 9 times in an hour, with other
// empty answers that do not count: failed calls and embeddings.
func (a *azure) plantEmpty(r *rand.Rand, c campaign) []planted {
	start := c.at(1, 9, 10) + r.Int64N(20)*minute
	n := len(resources)
	silent, quiet := (c.base+3)%n, (c.base+4)%n
	for _, who := range []int{silent, quiet} {
		a.reserved.add(who, start-2*hour, start+3*hour)
	}
	call := func(who int, at int64, k kind) event {
		e := event{at: at - at%100, who: who, kind: k, in: 400 + r.IntN(1800)}
		if k == answered {
			e.out = 300 + r.IntN(1500)
		}
		return e
	}
	var attack, twin []event
	for i := range int64(16) {
		attack = append(attack, call(silent, start+i*100*second+r.Int64N(40*second), empty))
		if i%3 == 0 {
			attack = append(attack, call(silent, start+i*100*second+50*second, answered))
		}
	}
	for i := range int64(9) {
		twin = append(twin, call(quiet, start+i*6*minute+r.Int64N(minute), empty))
		twin = append(twin, call(quiet, start+i*6*minute+r.Int64N(minute), emptyOther), call(quiet, start+i*6*minute+r.Int64N(minute), throttled))
	}
	// The tenth comes when the first has left every window of an hour.
	twin = append(twin, call(quiet, start+65*minute, empty))
	const rule = "azure-openai-insecure-output"
	return []planted{
		incident(r, rule, true, resourceName(silent), "16 chats answered with nothing within half an hour", attack),
		incident(r, rule, false, resourceName(quiet), "9 chats answered with nothing within the hour; failed calls and embeddings besides", twin),
	}
}
