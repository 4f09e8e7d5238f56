package esql

import (
	"net/url"
	"path"
	"strconv"
	"strings"

	"casebook/engine/column"
	"casebook/engine/plan"
)

// URI_PARTS adds the parts of a URI as columns with a prefix.

var uriColumns = []column.Field{
	{Name: "domain", Type: column.String}, {Name: "fragment", Type: column.String}, {Name: "path", Type: column.String},
	{Name: "extension", Type: column.String}, {Name: "port", Type: column.Int}, {Name: "query", Type: column.String},
	{Name: "scheme", Type: column.String}, {Name: "user_info", Type: column.String}, {Name: "username", Type: column.String},
	{Name: "password", Type: column.String},
}

func (l *lowerer) uriParts(in plan.Node, c *uriParts) plan.Node {
	fields := make([]column.Field, len(uriColumns))
	for i, f := range uriColumns {
		fields[i] = column.Field{Name: c.prefix.text + "." + f.Name, Type: f.Type}
	}
	text := l.taken(c.input)
	if text == nil {
		return in
	}
	return l.extract(in, c.at, l.row1("$uri", c.at, text), uriPattern{}, fields)
}

// uriPattern reads the parts of a URI, as $uri lets it through.
type uriPattern struct{}

func (uriPattern) Extract(text string) ([]any, bool, error) {
	u, err := url.Parse(text)
	if err != nil {
		return nil, false, nil
	}
	some := func(s string) any {
		if s == "" {
			return nil
		}
		return s
	}
	values := []any{some(u.Hostname()), some(u.Fragment), some(u.Path), nil, nil, some(u.RawQuery), some(u.Scheme), nil, nil, nil}
	if extension := path.Ext(u.Path); !strings.Contains(extension, "/") {
		values[3] = some(strings.TrimPrefix(extension, "."))
	}
	if port, err := strconv.ParseInt(u.Port(), 10, 32); err == nil {
		values[4] = port
	}
	if u.User != nil {
		values[7], values[8] = some(u.User.String()), some(u.User.Username())
		if password, ok := u.User.Password(); ok {
			values[9] = some(password)
		}
	}
	return values, true, nil
}
