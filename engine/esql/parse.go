package esql

import (
	"fmt"
	"slices"
	"strings"

	"casebook/engine/column"
	"casebook/engine/syntax"
)

// deepest is how far expressions and subqueries may nest: far more than any rule does, far less than the stack holds.
const deepest = 200

// parser reads tokens into a query. After a mistake it says nothing more about that command, goes on at the next pipe, and
// so finds the mistakes of several commands at once.
type parser struct {
	file   *syntax.File
	params map[string]*column.Vector
	errors *syntax.List
	tokens []token
	at     int
	depth  int
	failed bool
	whole  *query
	asked  int // how many unnamed parameters were taken so far
}

// parse reads a text; the query is only whole when errors stays empty.
func parse(file *syntax.File, params map[string]*column.Vector, errors *syntax.List) *query {
	p := &parser{file: file, params: params, errors: errors}
	p.tokens = lex(file, errors)
	q := &query{}
	if len(*errors) > 0 { // a broken token would be complained about twice
		return q
	}
	p.whole = q
	p.settings(q)
	p.pipeline(q)
	if p.failed = false; p.peek().kind != end {
		p.expected("| or the end of the query")
	}
	return q
}

// peek is the next token; after a mistake it is the end, so that every loop ends.
func (p *parser) peek() token { return p.ahead(0) }

func (p *parser) ahead(n int) token {
	if i := p.at + n; !p.failed && i < len(p.tokens) {
		return p.tokens[i]
	}
	return p.tokens[len(p.tokens)-1]
}

func (p *parser) take() token {
	t := p.peek()
	if t.kind != end {
		p.at++
	}
	return t
}

// here is the place of the next token also after a mistake.
func (p *parser) here() syntax.Span { return p.tokens[min(p.at, len(p.tokens)-1)].at }

// since is the span from a token's start to the last token taken.
func (p *parser) since(start syntax.Span) place {
	if p.at == 0 {
		return place{start}
	}
	return place{syntax.Span{Start: start.Start, End: max(p.tokens[p.at-1].at.End, start.Start)}}
}

func (t token) is(s string) bool   { return t.kind == symbol && t.text == s }
func (t token) word(s string) bool { return t.kind == word && strings.EqualFold(t.text, s) }

// accept takes the next token when it is that symbol or keyword.
func (p *parser) accept(s string) bool {
	if t := p.peek(); t.is(s) || t.word(s) {
		p.at++
		return true
	}
	return false
}

// expect takes a symbol or keyword, or complains.
func (p *parser) expect(s, why string) {
	if !p.accept(s) {
		p.expected(strings.ToUpper(s) + why)
	}
}

// describe says what a token is, in an error.
func describe(t token) string {
	if t.kind == end {
		return "the end of the query"
	}
	if len(t.text) > 30 {
		return t.text[:27] + "…"
	}
	return t.text
}

func (p *parser) expected(what string) {
	p.fail(p.here(), "expected %s, found %s", what, describe(p.tokens[min(p.at, len(p.tokens)-1)]))
}

// fail complains, unless this command has been complained about already.
func (p *parser) fail(at syntax.Span, format string, args ...any) *syntax.Error {
	e := syntax.Errorf(p.file, at, format, args...)
	if !p.failed {
		p.errors.Add(e)
		p.failed = true
	}
	return e
}

// enter counts a nesting; leave undoes it.
func (p *parser) enter() bool {
	p.depth++
	if p.depth > deepest {
		p.fail(p.here(), "nested too deeply: more than %d levels", deepest)
		return false
	}
	return true
}

func (p *parser) leave() { p.depth-- }

// recover skips to the pipe or bracket that ends the current command. A pipe in the brackets of a subquery is not it.
func (p *parser) recover(start int, inner bool) {
	if !p.failed {
		return
	}
	p.failed = false
	var subqueries []bool // of each open bracket, whether it holds one
	for at := start; ; at++ {
		t := p.tokens[min(at, len(p.tokens)-1)]
		p.at = max(p.at, min(at, len(p.tokens)-1))
		n := len(subqueries)
		switch {
		case t.kind == end:
			return
		case t.is("("):
			subqueries = append(subqueries, p.tokens[at+1].word("from"))
		case t.is(")") && n > 0:
			subqueries = subqueries[:n-1]
		case t.is(")") && inner && at >= p.at:
			return
		case t.is("|") && !slices.Contains(subqueries, true) && at >= p.at:
			return
		}
	}
}

// settings reads the SET statements before a query.
func (p *parser) settings(q *query) {
	for p.peek().word("set") {
		start := p.take().at
		s := setting{name: p.name().text}
		p.expect("=", " after the setting's name")
		s.value = p.expression()
		s.at = p.since(start).at
		p.expect(";", " after the setting")
		if p.failed {
			return
		}
		q.settings = append(q.settings, s)
	}
}

// pipeline reads commands up to the end of the text or of a subquery.
func (p *parser) pipeline(q *query) {
	for first := true; ; first = false {
		start := p.at
		if c := p.command(first); c != nil && !p.failed {
			q.commands = append(q.commands, c)
		}
		if t := p.peek(); !p.failed && t.kind != end && !t.is("|") && !t.is(")") {
			p.expected("| or the end of the query")
		}
		p.recover(start, q != p.whole)
		if !p.accept("|") {
			return
		}
	}
}

func (p *parser) command(first bool) command {
	t := p.peek()
	if t.kind != word {
		p.expected("a command")
		return nil
	}
	name := strings.ToUpper(t.text)
	read, ok := commands[name]
	if !ok {
		p.unknown(t, name)
		return nil
	}
	if source := name == "FROM" || name == "ROW"; source != first {
		if first {
			p.fail(t.at, "a query starts with FROM or ROW, found %s", name)
		} else {
			p.fail(t.at, "%s can only start a query", name)
		}
		return nil
	}
	p.at++
	return read(p, t.at)
}

// commands are the readers of the commands that are known. It is filled in an init because readers of subqueries use it.
var commands map[string]func(*parser, syntax.Span) command

func init() {
	commands = map[string]func(*parser, syntax.Span) command{
		"DISSECT": (*parser).dissect, "DROP": (*parser).drop, "EVAL": (*parser).eval, "FROM": (*parser).from, "GROK": (*parser).grok,
		"INLINE": (*parser).inline, "INLINESTATS": (*parser).inlineStats, "KEEP": (*parser).keep, "LIMIT": (*parser).limit,
		"LOOKUP": (*parser).lookup, "MV_EXPAND": (*parser).mvExpand, "PROJECT": (*parser).keep, "RENAME": (*parser).rename,
		"ROW": (*parser).row, "SORT": (*parser).sort, "STATS": (*parser).stats, "WHERE": (*parser).where,
	}
}

// refused are the commands that ES|QL has and casebook does not, with the reason.
var refused = map[string]string{
	"CHANGE_POINT":      "it needs machine learning",
	"COMPLETION":        "it asks a hosted model, and casebook works without a network",
	"DEDUP":             "",
	"ENRICH":            "its policies live in a cluster",
	"EXPLAIN":           "",
	"FORK":              "",
	"FUSE":              "it ranks search results",
	"HIGHLIGHT":         "it needs a search index",
	"INSIST":            "",
	"IP_LOCATION":       "it needs a geography database",
	"METRICS_INFO":      "it reads time-series metadata",
	"MMR":               "it ranks search results",
	"PROMQL":            "it is another language",
	"REGISTERED_DOMAIN": "",
	"RERANK":            "it asks a hosted model, and casebook works without a network",
	"SAMPLE":            "a detection must give the same answer twice",
	"SHOW":              "it asks the server about itself",
	"TS":                "it reads time-series indices",
	"TS_INFO":           "it reads time-series metadata",
	"URI_PARTS":         "",
	"USER_AGENT":        "",
}

func (p *parser) unknown(t token, name string) {
	if why, ok := refused[name]; ok {
		if why != "" {
			why = ": " + why
		}
		p.fail(t.at, "the command %s is not supported%s", name, why)
		return
	}
	known := make([]string, 0, len(commands))
	for c := range commands {
		known = append(known, c)
	}
	e := p.fail(t.at, "unknown command %s", t.text)
	if near := nearest(name, known); near != "" {
		_ = e.WithHint("did you mean %s?", near)
	}
}

// inline reads what follows INLINE.
func (p *parser) inline(start syntax.Span) command {
	if !p.accept("stats") {
		p.expected("STATS after INLINE")
		return nil
	}
	return p.inlineStats(start)
}

func (p *parser) inlineStats(start syntax.Span) command {
	if s, ok := p.stats(start).(*stats); ok {
		s.inline = true
		return s
	}
	return nil
}

// list reads one or more things with commas between them.
func list[T any](p *parser, one func() T) []T {
	all := []T{one()}
	for p.accept(",") {
		all = append(all, one())
	}
	return all
}

func (p *parser) from(start syntax.Span) command {
	c := &from{}
	for {
		if p.accept("(") {
			if !p.enter() {
				return nil
			}
			sub := &query{}
			p.pipeline(sub)
			p.leave()
			p.expect(")", " at the end of the subquery")
			c.subqueries = append(c.subqueries, sub)
		} else {
			c.sources = append(c.sources, p.source())
		}
		if !p.accept(",") {
			break
		}
	}
	if p.accept("metadata") {
		c.metadata = list(p, p.metadataName)
	}
	c.place = p.since(start)
	return c
}

func (p *parser) source() source {
	start := p.here()
	t := p.take()
	switch t.kind {
	case sourceName:
	case text:
		if s := unquote(t.text); s != "" {
			return source{place{t.at}, s}
		}
		p.at--
		p.expected("the name of a table")
		return source{}
	case word, integer:
	default:
		p.at = max(p.at-1, 0)
		p.expected("the name of a table")
		return source{}
	}
	name := t.text
	for p.peek().is(":") || p.peek().is("::") { // cluster:index, index::selector
		name += p.take().text + p.take().text
	}
	return source{p.since(start), name}
}

func (p *parser) metadataName() name {
	t := p.peek()
	if t.kind != sourceName && t.kind != word {
		p.expected("the name of a metadata field")
		return name{}
	}
	p.at++
	return name{place{t.at}, t.text}
}

func (p *parser) lookup(start syntax.Span) command {
	p.expect("join", " after LOOKUP")
	c := &lookup{table: source{place{p.here()}, ""}}
	first := p.at
	for { // an index name has characters that an expression reads as operators
		t := p.peek()
		if t.kind == end || t.is("|") || t.word("on") {
			break
		}
		c.table.at.End = t.at.End
		p.at++
	}
	if p.at == first {
		p.expected("the name of a table")
	}
	c.table.name = p.file.Slice(c.table.at)
	p.expect("on", " and the fields to join on")
	c.on = list(p, p.name)
	c.place = p.since(start)
	return c
}

func (p *parser) row(start syntax.Span) command {
	return &row{fields: list(p, p.field), place: p.since(start)}
}

func (p *parser) eval(start syntax.Span) command {
	c := &eval{fields: list(p, p.field)}
	c.place = p.since(start)
	return c
}

// field reads "name = expression" or an expression.
func (p *parser) field() field {
	start := p.here()
	var f field
	if n := p.assigned(); n > 0 {
		named := p.name()
		f.name = &named
		p.expect("=", "")
	}
	f.value = p.expression()
	f.place = p.since(start)
	return f
}

// assigned is how many tokens of a name stand before a "=", or 0.
func (p *parser) assigned() int {
	for n := 0; ; n++ {
		t := p.ahead(n)
		switch {
		case t.is("=") && n > 0:
			return n
		case n > 0 && t.is(".") == p.ahead(n-1).is("."): // as in STATS a BY b = c
			return 0
		case t.kind == word || t.kind == quoted || t.kind == doubled || t.kind == param || t.is("."):
		default:
			return 0
		}
	}
}

func (p *parser) where(start syntax.Span) command {
	return &where{cond: p.expression(), place: p.since(start)}
}

func (p *parser) keep(start syntax.Span) command {
	c := &keep{names: list(p, p.pattern)}
	c.place = p.since(start)
	return c
}

func (p *parser) drop(start syntax.Span) command {
	c := &drop{names: list(p, p.pattern)}
	c.place = p.since(start)
	return c
}

func (p *parser) rename(start syntax.Span) command {
	c := &rename{pairs: list(p, func() renaming {
		first := p.name()
		if p.accept("=") {
			return renaming{old: p.name(), new: first}
		}
		p.expect("as", " and the new name")
		return renaming{old: first, new: p.name()}
	})}
	c.place = p.since(start)
	return c
}

func (p *parser) mvExpand(start syntax.Span) command {
	return &mvExpand{name: p.name(), place: p.since(start)}
}

func (p *parser) limit(start syntax.Span) command {
	c := &limit{count: p.expression()}
	if p.accept("by") {
		c.by = list(p, p.expression)
	}
	c.place = p.since(start)
	return c
}

func (p *parser) sort(start syntax.Span) command {
	c := &sortBy{keys: list(p, p.sortKey)}
	c.place = p.since(start)
	return c
}

func (p *parser) sortKey() sortKey {
	start := p.here()
	k := sortKey{value: p.expression()}
	if p.accept("desc") {
		k.desc = true
	} else {
		p.accept("asc")
	}
	if p.accept("nulls") {
		switch {
		case p.accept("first"):
			k.nulls = nullsFirst
		case p.accept("last"):
			k.nulls = nullsLast
		default:
			p.expected("FIRST or LAST after NULLS")
		}
	}
	k.place = p.since(start)
	return k
}

func (p *parser) stats(start syntax.Span) command {
	c := &stats{}
	if !p.peek().word("by") {
		c.aggs = list(p, func() field {
			start := p.here()
			f := p.field()
			if p.accept("where") {
				f.where = p.expression()
			}
			f.place = p.since(start)
			return f
		})
	}
	if p.accept("by") {
		c.by = list(p, p.field)
	}
	c.place = p.since(start)
	return c
}

func (p *parser) dissect(start syntax.Span) command {
	c := &dissect{input: p.primary(), pattern: p.stringLiteral("the pattern to dissect by")}
	if p.accept("append_separator") {
		p.expect("=", " after APPEND_SEPARATOR")
		c.separator = p.stringLiteral("the separator")
	}
	c.place = p.since(start)
	return c
}

func (p *parser) grok(start syntax.Span) command {
	c := &grok{input: p.primary()}
	c.patterns = list(p, func() *literal { return p.stringLiteral("the pattern to grok by") })
	c.place = p.since(start)
	return c
}

func (p *parser) stringLiteral(what string) *literal {
	t := p.peek()
	switch t.kind {
	case text:
		p.at++
		return &literal{place: place{t.at}, value: oneString(unquote(t.text))}
	case param:
		if l, ok := p.param().(*parameter); ok {
			if v := p.params[l.name]; v != nil && v.Type == column.String && v.Len == 1 && !v.IsNull(0) {
				return &literal{place: l.place, value: v}
			}
			p.fail(l.at, "expected a text in the parameter ?%s", l.name)
			return nil
		}
	}
	p.expected(what + ", a string")
	return nil
}

// name reads a qualified name: identifiers with dots between them.
func (p *parser) name() name {
	start := p.here()
	var parts []string
	for {
		part, ok := p.identifier()
		if !ok {
			p.expected("a column name")
			return name{}
		}
		parts = append(parts, part)
		if !p.accept(".") {
			break
		}
	}
	return name{p.since(start), strings.Join(parts, ".")}
}

func (p *parser) identifier() (string, bool) {
	switch t := p.peek(); t.kind {
	case word:
		p.at++
		return t.text, true
	case quoted:
		p.at++
		return unbacktick(t.text), true
	case doubled:
		p.at++
		name := strings.TrimLeft(t.text, "?")
		if v := p.params[name]; v != nil && v.Type == column.String && v.Len == 1 && !v.IsNull(0) {
			return v.Str(0), true
		}
		p.fail(t.at, "expected a name in the parameter %s", t.text)
	}
	return "", false
}

// pattern reads a name with asterisks.
func (p *parser) pattern() namePattern {
	start := p.here()
	pieces := []string{""}
	add := func(s string) { pieces[len(pieces)-1] += s }
	for {
		switch t := p.peek(); t.kind {
		case word, quoted, doubled:
			s, _ := p.identifier()
			add(s)
		case pattern:
			p.at++
			pieces = globPieces(pieces, t.text)
		default:
			p.expected("a column name")
			return namePattern{}
		}
		if !p.accept(".") {
			break
		}
		add(".")
	}
	return namePattern{p.since(start), pieces}
}

// globPieces splits a pattern token at its asterisks, those in backticks being text.
func globPieces(pieces []string, s string) []string {
	for i := 0; i < len(s); i++ {
		last := len(pieces) - 1
		switch s[i] {
		case '*':
			if last > 0 && pieces[last] == "" { // "**" is "*"
				continue
			}
			pieces = append(pieces, "")
		case '`':
			j := i + 1
			for j < len(s) && (s[j] != '`' || strings.HasPrefix(s[j:], "``")) {
				if s[j] == '`' {
					j++
				}
				j++
			}
			pieces[last] += unbacktick(s[i:min(j+1, len(s))])
			i = j
		default:
			pieces[last] += s[i : i+1]
		}
	}
	return pieces
}

func nearest(name string, known []string) string { return syntax.Nearest(name, known) }

func unbacktick(s string) string {
	s = strings.TrimPrefix(s, "`")
	s = strings.TrimSuffix(s, "`")
	return strings.ReplaceAll(s, "``", "`")
}

var escapes = strings.NewReplacer(`\t`, "\t", `\n`, "\n", `\r`, "\r", `\"`, `"`, `\\`, `\`)

// unquote is the text of a string token.
func unquote(s string) string {
	if strings.HasPrefix(s, `"""`) && len(s) >= 6 {
		return s[3 : len(s)-3]
	}
	return escapes.Replace(strings.TrimSuffix(strings.TrimPrefix(s, `"`), `"`))
}

func oneString(s string) *column.Vector {
	b := column.NewBuilder(column.String, 1)
	b.Str(s)
	return b.Vector()
}

// String is how a setting is printed.
func (s setting) String() string {
	return fmt.Sprintf("SET %s = %s;", printName(s.name), print(s.value))
}
