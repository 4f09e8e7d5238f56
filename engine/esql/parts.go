package esql

import (
	"casebook/engine/column"
	"casebook/engine/function"
	"casebook/engine/plan"
	"casebook/engine/syntax"
)

// URI_PARTS and REGISTERED_DOMAIN add the parts of a text as columns with a prefix. A text that is none of the kind has no parts, and is
// warned of.

// partsOf are the columns that a command adds, the function that lets the right texts through, and what reads their parts.
var partsOf = map[string]struct {
	columns []column.Field
	only    string
	pattern plan.Pattern
}{
	"URI_PARTS": {[]column.Field{
		{Name: "domain", Type: column.String}, {Name: "fragment", Type: column.String}, {Name: "path", Type: column.String},
		{Name: "extension", Type: column.String}, {Name: "port", Type: column.Int}, {Name: "query", Type: column.String},
		{Name: "scheme", Type: column.String}, {Name: "user_info", Type: column.String}, {Name: "username", Type: column.String},
		{Name: "password", Type: column.String},
	}, "$uri", readPattern(function.ReadURI)},
	"REGISTERED_DOMAIN": {[]column.Field{
		{Name: "domain", Type: column.String}, {Name: "registered_domain", Type: column.String},
		{Name: "top_level_domain", Type: column.String}, {Name: "subdomain", Type: column.String},
	}, "$domain", readPattern(function.ReadDomain)},
}

// readPattern reads the parts of texts that were let through.
type readPattern func(text string) (parts []any, ok bool)

func (read readPattern) Extract(text string) ([]any, bool, error) {
	parts, ok := read(text)
	return parts, ok, nil
}

func partsCommand(name string) func(*parser, syntax.Span) command {
	return func(p *parser, start syntax.Span) command {
		c := &parts{command: name, prefix: p.name()}
		p.expect("=", " after the prefix of the columns")
		c.input = p.expression()
		c.place = p.since(start)
		return c
	}
}

func (l *lowerer) parts(in plan.Node, c *parts) plan.Node {
	of := partsOf[c.command]
	fields := make([]column.Field, len(of.columns))
	for i, f := range of.columns {
		fields[i] = column.Field{Name: c.prefix.text + "." + f.Name, Type: f.Type}
	}
	text := l.taken(c.input)
	if text == nil {
		return in
	}
	return l.extract(in, c.at, l.row1(of.only, c.at, text), of.pattern, fields)
}
