package scenario

import (
	"fmt"
	"math/rand/v2"
)

// A principal is somebody or something that calls Bedrock.
type principal struct {
	arn, account, region string
	topic                int
	models               []int // places in bedrockModels; the first is used most
	human                bool
}

type account struct {
	id      string
	regions []string
}

// The last two accounts are small: nothing but their own two services calls models there.
var accounts = []account{
	{"481216330174", []string{"us-east-1"}},
	{"730192645518", []string{"us-east-1", "eu-west-1"}},
	{"259840617733", []string{"us-west-2"}},
	{"604417952286", []string{"eu-west-1"}},
	{"917350284461", []string{"us-east-1"}},
	{"135708826940", []string{"eu-west-1"}},
}

// family is the shape of a model's bodies.
type family uint8

const (
	anthropic family = iota
	converse
	llama
)

type bedrockModel struct {
	id     string
	family family
}

var bedrockModels = []bedrockModel{
	{"anthropic.claude-3-5-sonnet-20240620-v1:0", anthropic},
	{"anthropic.claude-3-haiku-20240307-v1:0", anthropic},
	{"amazon.nova-pro-v1:0", converse},
	{"meta.llama3-1-70b-instruct-v1:0", llama},
	{"us.anthropic.claude-3-7-sonnet-20250219-v1:0", converse},
	{"mistral.mistral-large-2407-v1:0", converse},
	// The ones below are not granted to anybody but the last accounts' services.
	{"anthropic.claude-3-opus-20240229-v1:0", anthropic},
	{"meta.llama3-1-405b-instruct-v1:0", llama},
	{"ai21.jamba-1-5-large-v1:0", converse},
}

// granted is how many of bedrockModels ordinary principals use.
const granted = 6

const (
	deniedPause = 61 * minute // between two ordinary denials of a principal: windows of an hour hold at most one
	bigSize     = 8000        // above it the hunt for exhausted resources counts a call
	// ordinary prompts stay well below bigSize with everything around them, but for one a day and account
	ordinaryPrompt = 6200
	ordinaryReply  = 30000
)

type bedrock struct {
	calendar
	people, services int
	principals       []principal
	reserved         reservations // who = principal
	calm             reservations // who = account: no ordinary big calls that day
	denials          map[int]int64
	big              map[int]int64 // account -> the day that has had its big call
	objects          *objects
}

func newBedrock(o Options, c calendar, events int) *bedrock {
	b := &bedrock{
		calendar: c,
		people:   min(max(events/(c.days*25), 24), 2000),
		services: 14,
		denials:  map[int]int64{},
		big:      map[int]int64{},
		objects:  newObjects(o.Dir),
	}
	r := source(o.Seed, 100)
	for i := range b.services {
		a := accounts[i%4]
		if i >= b.services-4 {
			a = accounts[4+i%2]
		}
		t := i % len(topics)
		app := fmt.Sprintf("%s-%s", topics[t].app, []string{"prod", "batch", "eval"}[i/len(topics)])
		p := principal{account: a.id, region: a.regions[i%len(a.regions)], topic: t, models: []int{i % granted, (i + 1) % granted}}
		switch i % 3 {
		case 0:
			p.arn = fmt.Sprintf("arn:aws:sts::%s:assumed-role/%s/%s", a.id, app, app)
		case 1:
			p.arn = fmt.Sprintf("arn:aws:sts::%s:assumed-role/%s/i-0%s", a.id, app, appendHex(nil, r, 16))
		default:
			p.arn = fmt.Sprintf("arn:aws:iam::%s:user/svc-%s", a.id, app)
		}
		b.principals = append(b.principals, p)
	}
	for i := range b.people {
		a := accounts[i%4]
		set := []string{"AIDeveloper", "DataScientist", "PowerUser"}[i%3]
		b.principals = append(b.principals, principal{
			account: a.id, region: a.regions[i/4%len(a.regions)], topic: i % len(topics), human: true,
			models: []int{i % granted, (i*5 + 1) % granted, (i*7 + 2) % granted},
			arn:    fmt.Sprintf("arn:aws:sts::%s:assumed-role/AWSReservedSSO_%s_%08x/%s@example.com", a.id, set, 0x51a7c03*uint32(i%12+1), login(i)),
		})
	}
	return b
}

func (b *bedrock) name() string      { return "AWS Bedrock" }
func (b *bedrock) files() *tally     { return &b.objects.tally }
func (b *bedrock) flush(int64) error { return nil }
func (b *bedrock) close() error      { return b.objects.close() }

func (b *bedrock) session(r *rand.Rand, events []event, from int64, night bool, room int) []event {
	people := 0.55
	if night {
		people = 0.12
	}
	who, calls, least, mean := r.IntN(b.services), 1+r.IntN(20), 0.5, 9.0
	if r.Float64() < people {
		who, calls, least, mean = b.services+r.IntN(b.people), 1+r.IntN(9), 6, 55
	}
	p := &b.principals[who]
	at := from + r.Int64N(hour)
	for range min(calls, room) {
		e := event{at: at - at%second, who: who, topic: p.topic, model: p.models[0]}
		if r.IntN(3) == 0 {
			e.model = p.models[r.IntN(len(p.models))]
		}
		e.in = max(16, lognormal(r, 210, 0.95, ordinaryPrompt))
		e.out = max(8, lognormal(r, 250, 0.95, ordinaryReply))
		switch x := r.IntN(3000); {
		case x < 6:
			e.kind, e.model = denied, granted+r.IntN(len(bedrockModels)-granted)
		case x < 18:
			e.kind = throttled
		case x < 24:
			e.kind = invalid
		case x < 32 && bedrockModels[e.model].family == converse:
			e.kind = guarded
		case x < 34:
			e.in = 9000 + r.IntN(50000)
		}
		events = append(events, e)
		at += pause(r, least, mean)
	}
	return events
}

// settle keeps denials of one principal an hour apart, and big calls of one account to one a day.
func (b *bedrock) settle(e *event) {
	if b.reserved.holds(e.who, e.at) {
		e.who = b.reserved.other(e.who, len(b.principals), e.at)
		if e.kind == denied {
			e.kind = answered
		}
		if e.model >= granted {
			e.model = b.principals[e.who].models[0]
		}
	}
	if e.kind == denied {
		if last, ok := b.denials[e.who]; ok && e.at-last < deniedPause {
			e.kind, e.model = answered, b.principals[e.who].models[0]
		} else {
			b.denials[e.who] = e.at
		}
	}
	if e.in > ordinaryPrompt {
		a := b.accountPlace(e.who)
		today := e.at / day
		if b.big[a] == today || b.calm.holds(a, e.at) {
			e.in = ordinaryPrompt
		} else {
			b.big[a] = today
		}
	}
}

func (b *bedrock) accountPlace(who int) int {
	for i := range accounts {
		if accounts[i].id == b.principals[who].account {
			return i
		}
	}
	return -1
}

func (b *bedrock) write(e *event) error {
	p := &b.principals[e.who]
	return b.objects.add(p.account, p.region, record{event: *e, principal: p})
}
