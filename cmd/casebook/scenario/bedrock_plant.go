package scenario

import "math/rand/v2"

func (b *bedrock) plant(r *rand.Rand, c campaign) []planted {
	return append(b.plantDenied(r, c), b.plantExhaustion(r, c)...)
}

// plantDenied: a stolen session of a person, at night, asks what it may use and then tries models it may not;
// a colleague misreads the list of models and never reaches the threshold.
func (b *bedrock) plantDenied(r *rand.Rand, c campaign) []planted {
	start := c.at(0, 2, 4) + r.Int64N(6*minute)
	thief := b.services + (c.base*13+7)%b.people
	colleague := b.services + (c.base*13+12)%b.people
	for _, who := range []int{thief, colleague} {
		b.reserved.add(who, start-2*hour, start+4*hour)
	}

	call := func(who int, at int64, model int, k kind, topic int) event {
		return event{at: at - at%second, who: who, model: model, kind: k, topic: topic, in: 40 + r.IntN(260), out: 60 + r.IntN(300)}
	}
	var attack []event
	at := start
	own := b.principals[thief].models[0]
	for range 6 {
		attack = append(attack, call(thief, at, own, answered, recon))
		at += pause(r, 8, 20)
	}
	for model, times := range []int{9, 4, 6} {
		for range times {
			attack = append(attack, call(thief, at, granted+model, denied, recon))
			at += pause(r, 5, 50)
		}
	}
	attack = append(attack, call(thief, at+40*second, own, smuggled, recon))

	// Three denials of each of two models within the hour, and a fourth when the first has left every window.
	var twin []event
	at = start + 3*minute
	for i := range 3 {
		for model := range 2 {
			twin = append(twin, call(colleague, at+int64(i)*14*minute+int64(model)*90*second, granted+model, denied, b.principals[colleague].topic))
		}
	}
	twin = append(twin, call(colleague, at+61*minute, granted, denied, b.principals[colleague].topic))
	const rule = "bedrock-denied-models"
	return []planted{
		incident(r, rule, true, b.principals[thief].arn, "a person's session asks for three models it is denied, 9, 4 and 6 times within the hour", attack),
		incident(r, rule, false, b.principals[colleague].arn, "3 denials of each of two models within the hour, the fourth 61 minutes after the first", twin),
	}
}

// plantExhaustion: a service of a small account is driven with prompts and replies of enormous size; the other small
// account has one big call a day and several that just touch the line.
func (b *bedrock) plantExhaustion(r *rand.Rand, c campaign) []planted {
	start := c.at(2, 3, 20) + r.Int64N(20*minute)
	driven, quiet := b.services-4, b.services-3 // in the last two accounts
	if c.base%2 == 1 {
		driven, quiet = quiet, driven
	}
	today := start - start%day
	for _, who := range []int{driven, quiet} {
		b.calm.add(b.accountPlace(who), today, today+day+1)
		b.reserved.add(who, today, today+day+1)
	}
	call := func(who int, at int64, in, out int) event {
		return event{at: at - at%second, who: who, model: b.principals[who].models[0], topic: burning, in: in, out: out}
	}
	var attack []event
	at := start
	for range 14 {
		attack = append(attack, call(driven, at, 33000+r.IntN(90000), 9000+r.IntN(26000)))
		at += pause(r, 40, 90)
	}
	twin := []event{call(quiet, start, 36900, 2200)}
	for i := range 5 {
		line := call(quiet, start+int64(i+1)*41*minute, 3000, 31900)
		line.tokens = bigSize // exactly: the rule wants more
		twin = append(twin, line)
	}
	const rule = "bedrock-resource-exhaustion"
	return []planted{
		incident(r, rule, true, b.principals[driven].account, "14 calls of one service above 8000 tokens within the hour", attack),
		incident(r, rule, false, b.principals[quiet].account, "one call above 8000 tokens that day, five of exactly 8000", twin),
	}
}
