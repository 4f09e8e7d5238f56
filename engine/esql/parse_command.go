package esql

import (
	"slices"
	"strings"

	"casebook/engine/syntax"
)

// The commands: which there are, and how each is read.

func (p *parser) command(first bool) command {
	t := p.peek()
	if t.kind != word {
		if t.is("|") {
			p.hint("there is a | too many", "a command")
		} else {
			p.expected("a command")
		}
		return nil
	}
	name := strings.ToUpper(t.text)
	read, ok := commands[name]
	if !ok {
		p.unknown(t, name, first)
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
	p.field1 = -1
	return read(p, t.at)
}

// commands are the readers of the commands that are known. It is filled in an init because readers of subqueries use it.
var commands map[string]func(*parser, syntax.Span) command

func init() {
	commands = map[string]func(*parser, syntax.Span) command{
		"DEDUP": (*parser).dedup, "DISSECT": (*parser).dissect, "DROP": (*parser).drop, "ENRICH": (*parser).enrich, "EVAL": (*parser).eval, "FORK": (*parser).fork, "FROM": (*parser).from, "GROK": (*parser).grok,
		"INLINE": (*parser).inline, "INLINESTATS": (*parser).inlineStats, "KEEP": (*parser).keep, "LIMIT": (*parser).limit,
		"LOOKUP": (*parser).lookup, "MV_EXPAND": (*parser).mvExpand, "PROJECT": (*parser).keep, "REGISTERED_DOMAIN": partsCommand("REGISTERED_DOMAIN"), "RENAME": (*parser).rename,
		"ROW": (*parser).row, "SORT": (*parser).sort, "STATS": (*parser).stats, "URI_PARTS": partsCommand("URI_PARTS"), "WHERE": (*parser).where,
	}
}

// Commands are the names of the commands that are known, in small letters and in order.
func Commands() []string {
	names := make([]string, 0, len(commands))
	for name := range commands {
		names = append(names, strings.ToLower(name))
	}
	slices.Sort(names)
	return names
}

// refused are the commands that ES|QL has and casebook does not, with the reason.
var refused = map[string]string{
	"CHANGE_POINT": "it needs machine learning",
	"COMPLETION":   "it asks a hosted model, and casebook works without a network",
	"EXPLAIN":      "casebook shows a query's plan by its stages",
	"FUSE":         "it ranks search results",
	"HIGHLIGHT":    "it needs a search index",
	"INSIST":       "it is not part of the published language",
	"IP_LOCATION":  "it needs a geography database",
	"METRICS_INFO": "it reads time-series metadata",
	"MMR":          "it ranks search results",
	"PROMQL":       "it is another language",
	"RERANK":       "it asks a hosted model, and casebook works without a network",
	"SAMPLE":       "a detection must give the same answer twice",
	"SHOW":         "it asks the server about itself",
	"TS":           "it reads time-series indices",
	"TS_COLLAPSE":  "it reads time-series indices",
	"TS_INFO":      "it reads time-series metadata",
	"USER_AGENT":   "its table of browsers is not specified",
}

func (p *parser) unknown(t token, name string, first bool) {
	if why, ok := refused[name]; ok {
		p.fail(t.at, "the command %s is not supported: %s", name, why)
		return
	}
	known := make([]string, 0, len(commands))
	for c := range commands {
		known = append(known, c)
	}
	near := nearest(name, known)
	var e *syntax.Error
	if first && near != "FROM" && near != "ROW" {
		e = p.fail(t.at, "a query starts with FROM or ROW, found %s", t.text)
	} else {
		e = p.fail(t.at, "unknown command %s", t.text)
	}
	if other, ok := otherCommands[name]; ok {
		_ = e.WithHint("ES|QL has %s for that", other)
	} else if name == "SET" {
		_ = e.WithHint("settings stand before the query: SET name = value; FROM …")
	} else if first && kibanaQuery.MatchString(p.file.Text) {
		_ = e.WithHint(`a Kibana query is asked of a table: FROM table | WHERE KQL("…")`)
	} else if table, _, _ := strings.Cut(p.file.Text[t.at.Start:], "|"); first && near != "FROM" && near != "ROW" && !strings.ContainsAny(strings.TrimSpace(table), " \t\n(") {
		_ = e.WithHint("write FROM %s", strings.TrimSpace(table))
	} else if near != "" && (!first || near == "FROM" || near == "ROW") {
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
	if p.field1 = p.at; p.assigned() > 0 {
		p.field1 = -1
		named := p.newName()
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

// mostBranches is how many the vendor's engine takes.
const mostBranches = 8

// fork reads branches, each the commands in a pair of brackets.
func (p *parser) fork(start syntax.Span) command {
	c := &fork{}
	if p.forked {
		p.fail(start, "FORK cannot stand in a branch of another FORK, nor twice in one query")
		return nil
	}
	p.forked = true
	for p.accept("(") {
		if !p.enter() {
			return nil
		}
		branch := &query{}
		p.commands(branch, false)
		p.leave()
		p.expect(")", " at the end of the branch")
		c.branches = append(c.branches, branch)
	}
	c.place = p.since(start)
	switch {
	case len(c.branches) == 0:
		p.expected("( and the commands of a branch after FORK")
	case len(c.branches) > mostBranches:
		p.fail(c.at, "FORK takes up to %d branches, found %d", mostBranches, len(c.branches))
	}
	return c
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

func (p *parser) dedup(start syntax.Span) command { return &dedup{p.since(start)} }

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
