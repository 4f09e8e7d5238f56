package event

import "strings"

// The hot path of a load: almost every record of a large load is one of these. One pass, no tree, no text copied that needs
// no unescaping; only a guardrail's trace, which few records have, is read into a tree.

// body is what the pass over a request's or a response's body leaves.
type body struct {
	size      int
	there     bool // neither missing nor null
	from, to  int  // where it stands in the record
	id        string
	finish    string
	stopped   bool // a guardrail intervened
	traces    [][2]int
	latency   Opt
	firstByte Opt
}

// invocation is a Bedrock record being read.
type invocation struct {
	schema        string
	timestamp     string
	requestSource string // inputBodyS3Path
	answerSource  string // outputBodyS3Path
	request       body
	answer        body
}

// bedrock reads a record into e. It tells whether the record is Bedrock's; when it is not, or the scanner has found a
// fault, e is not to be used.
func (d *Decoder) bedrock(e *Event) bool {
	s, v := &d.scanner, &d.invocation
	traces := v.answer.traces[:0]
	*v = invocation{}
	v.answer.traces = traces
	if s.peek() != '{' {
		return false
	}
	for at := s.enter(0); s.next('}', &at); {
		s.key(&at)
		if s.fault != "" {
			break
		}
		switch string(s.lastKey()) {
		case "schemaType":
			v.schema = s.text(1)
		case "timestamp":
			v.timestamp = s.text(1)
		case "accountId":
			e.Account = s.text(1)
		case "identity":
			d.identity(e)
		case "region":
			e.Region = s.text(1)
		case "requestId":
			e.RequestID = s.text(1)
		case "operation":
			e.Action = s.text(1)
		case "modelId":
			e.Model = s.text(1)
		case "errorCode":
			e.Error = s.text(1)
		case "input":
			d.side(&v.request, &e.PromptTokens, "inputBodyJson", "inputTokenCount", "inputBodyS3Path", &v.requestSource)
		case "output":
			d.side(&v.answer, &e.CompletionTokens, "outputBodyJson", "outputTokenCount", "outputBodyS3Path", &v.answerSource)
		default:
			s.value(1)
		}
	}
	if s.fault != "" || v.schema != "ModelInvocationLog" && !d.unnamed(e) {
		return false
	}
	d.finishBedrock(e)
	return true
}

// unnamed recognises an invocation that says nothing of its schema, as some forwarders leave them.
func (d *Decoder) unnamed(e *Event) bool {
	v := &d.invocation
	return v.schema == "" && v.timestamp != "" && e.Model != "" && e.Action != "" && (v.request.there || v.answer.there || e.Error != "")
}

func (d *Decoder) identity(e *Event) {
	s := &d.scanner
	if s.peek() != '{' {
		if s.value(1); s.fault == "" {
			s.flags |= WrongType
		}
		return
	}
	for at := s.enter(1); s.next('}', &at); {
		s.key(&at)
		if s.fault == "" && string(s.lastKey()) == "arn" {
			e.User = s.text(2)
		} else {
			s.value(2)
		}
	}
}

// side reads the request's or the answer's half of a record.
func (d *Decoder) side(b *body, tokens *Opt, bodyKey, tokenKey, pathKey string, path *string) {
	s := &d.scanner
	switch s.peek() {
	case '{':
	case 'n':
		s.word("null")
		return
	default:
		if s.value(1); s.fault == "" {
			s.flags |= WrongType
		}
		return
	}
	for at := s.enter(1); s.next('}', &at); {
		s.key(&at)
		if s.fault != "" {
			return
		}
		switch string(s.lastKey()) {
		case bodyKey:
			d.body(b, bodyKey[0] == 'o')
		case tokenKey:
			*tokens = s.count(2)
		case pathKey:
			*path = s.text(2)
		default:
			s.value(2)
		}
	}
}

// body passes over a body and measures it; an answer's is looked into.
func (d *Decoder) body(b *body, answer bool) {
	s := &d.scanner
	traces := b.traces[:0]
	*b = body{traces: traces}
	c := s.peek()
	b.from, b.there = s.i, c != 'n'
	duplicates := s.flags & DuplicateKeys
	s.flags &^= DuplicateKeys
	switch {
	case answer && c == '{':
		b.size = d.answer(b, 2, false)
	case answer && c == '[':
		b.size = 2
		for at := s.enter(2); s.next(']', &at); at.n++ {
			if s.peek() == '{' {
				b.size += d.answer(b, 3, true) + 1
			} else {
				b.size += s.value(3) + 1
			}
		}
		if b.size > 2 {
			b.size--
		}
	default:
		b.size = s.value(2)
	}
	b.to = s.i
	if !b.there {
		b.size = 0
	}
	if s.fault == "" && s.flags&DuplicateKeys != 0 {
		// Only the last of a repeated key is written again, so the count above is too high.
		tree, _ := Tree(s.b[b.from:b.to])
		b.size = units(plain(nil, tree))
	}
	s.flags |= duplicates
}

// answer passes over the object that an answer is, or one event of a streamed answer.
func (d *Decoder) answer(b *body, depth int, streamed bool) int {
	s := &d.scanner
	size := 2
	for at := s.enter(depth); s.next('}', &at); {
		size += s.key(&at) + 4
		if s.fault != "" {
			return 0
		}
		from := s.peekAt()
		switch string(s.lastKey()) {
		case "id":
			if streamed {
				size += s.value(depth + 1)
				break
			}
			size += d.note(&b.id, depth)
		case "stop_reason", "stopReason":
			if streamed {
				size += s.value(depth + 1)
				break
			}
			size += d.note(&b.finish, depth)
			b.stopped = b.stopped || b.finish == "guardrail_intervened"
		case "amazon-bedrock-guardrailAction":
			var action string
			size += d.note(&action, depth)
			b.stopped = b.stopped || action == "INTERVENED"
		case "amazon-bedrock-trace", "trace":
			size += s.value(depth + 1)
			b.traces = append(b.traces, [2]int{from, s.i})
		case "message":
			if !streamed || b.id != "" {
				size += s.value(depth + 1)
				break
			}
			size += d.started(b, depth+1)
		case "amazon-bedrock-invocationMetrics":
			if !streamed {
				size += s.value(depth + 1)
				break
			}
			size += d.metrics(b, depth+1)
		default:
			size += s.value(depth + 1)
		}
	}
	if size > 2 {
		size--
	}
	return size
}

// peekAt is where the next value begins.
func (s *scanner) peekAt() int {
	s.peek()
	return s.i
}

// note keeps a value if it is a text, and gives its length.
func (d *Decoder) note(to *string, depth int) int {
	s := &d.scanner
	if s.peek() != '"' {
		return s.value(depth + 1)
	}
	s.i++
	n := s.str() + 2
	if s.fault == "" {
		*to = s.last()
	}
	return n
}

// started reads the message that a streamed answer begins with, for its id.
func (d *Decoder) started(b *body, depth int) int {
	s := &d.scanner
	if s.peek() != '{' {
		return s.value(depth)
	}
	size := 2
	for at := s.enter(depth); s.next('}', &at); {
		size += s.key(&at) + 4
		if s.fault == "" && string(s.lastKey()) == "id" {
			size += d.note(&b.id, depth)
		} else {
			size += s.value(depth + 1)
		}
	}
	if size > 2 {
		size--
	}
	return size
}

// metrics reads the measurements that a streamed answer ends with. The last of several counts.
func (d *Decoder) metrics(b *body, depth int) int {
	s := &d.scanner
	from := s.peekAt()
	size := s.value(depth)
	if s.fault != "" {
		return 0
	}
	m := scanner{b: s.b[from:s.i], checked: true}
	members(&m, func(key []byte) {
		switch string(key) {
		case "invocationLatency":
			if n := m.count(1); n.Set {
				b.latency = n
			}
		case "firstByteLatency":
			if n := m.count(1); n.Set {
				b.firstByte = n
			}
		default:
			m.value(1)
		}
	})
	return size
}

// members calls visit with each key of an object; visit reads the value. Anything else is passed over.
func members(s *scanner, visit func(key []byte)) {
	if s.peek() != '{' {
		s.value(0)
		return
	}
	for at := s.enter(0); s.next('}', &at); {
		s.key(&at)
		if s.fault != "" {
			return
		}
		visit(s.lastKey())
	}
}

// finishBedrock derives what follows from the parts of a record.
func (d *Decoder) finishBedrock(e *Event) {
	v := &d.invocation
	e.Source = Bedrock
	d.time(e, v.timestamp)
	e.RequestSize, e.ResponseSize = Some(int64(v.request.size)), Some(int64(v.answer.size))
	e.ResponseID = v.answer.id
	caller(e)
	d.guardrail(e)
	if v.answer.finish != "" {
		d.many(e, bedrockFinish, v.answer.finish)
	}
	if v.answer.latency.Set {
		e.Values = append(e.Values, Value{Field: bedrockResponseTime, Int: v.answer.latency.Int})
	}
	if v.answer.firstByte.Set {
		e.Values = append(e.Values, Value{Field: bedrockStartTime, Int: v.answer.firstByte.Int})
	}
	if e.Error != "" {
		e.Outcome = "failure"
	} else if e.Outcome == "" {
		e.Outcome = "success"
	}
	d.seal(e, e.RequestID)
	d.attach(e)
}

// caller names the parts of a caller's ARN: a user, or a role and the name of its session. For people who came in through
// IAM Identity Center and for many programs it is the session that says who it was.
func caller(e *Event) {
	arn := e.User
	for range 5 {
		_, rest, ok := strings.Cut(arn, ":")
		if !ok {
			return
		}
		arn = rest
	}
	kind, name, _ := strings.Cut(arn, "/")
	switch kind {
	case "root":
		e.UserName = "root"
	case "assumed-role":
		role, session, _ := strings.Cut(name, "/")
		e.UserRole, e.UserSession, e.UserName = role, session, session
	case "user", "federated-user":
		e.UserName = name[strings.LastIndexByte(name, '/')+1:]
	}
}
