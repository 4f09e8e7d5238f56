package guides

import (
	"encoding/json"
	"fmt"
	"regexp"
	"sort"
	"strconv"
	"strings"
)

// An investigation's query is built from data, so it is built with care: a field's name is quoted part by part, a value is
// an ES|QL literal, and what the alert gives is a parameter.

// investigate writes the ES|QL of an investigation.
func (m *macros) investigate(i investigation) macro {
	made := macro{label: i.Label, description: i.Description}
	var groups []string
	for _, group := range i.Providers {
		var all []string
		for _, p := range group {
			c, err := p.condition()
			if err != nil {
				m.notice("the investigation %q cannot be asked: %v", i.Label, err)
				return made
			}
			all = append(all, c)
		}
		if len(all) > 0 {
			groups = append(groups, strings.Join(all, " AND "))
		}
	}
	if len(groups) == 0 {
		m.notice("the investigation %q has nothing to search for", i.Label)
		return made
	}
	from, err1 := moment(i.RelativeFrom, "?window_from", false)
	to, err2 := moment(i.RelativeTo, "?window_to", true)
	for _, err := range []error{err1, err2} {
		if err != nil {
			m.notice("the investigation %q cannot be asked: %v", i.Label, err)
			return made
		}
	}
	made.query = fmt.Sprintf("FROM %s\n| WHERE @timestamp >= %s AND @timestamp <= %s\n| WHERE %s\n| SORT @timestamp DESC",
		m.from, from, to, strings.Join(groups, "\n    OR "))
	return made
}

// template is a value that the alert gives.
var template = regexp.MustCompile(`^\{\{\s*([^{}]+?)\s*\}\}$`)

// condition is one provider as ES|QL. A field holds a value when any of its values is it; an excluded one may be absent.
func (p provider) condition() (string, error) {
	field, err := quoteField(p.Field)
	if err != nil {
		return "", err
	}
	var c string
	switch p.QueryType {
	case "phrase", "":
		value, err := p.phrase()
		if err != nil {
			return "", err
		}
		c = fmt.Sprintf("MV_INTERSECTS(TO_STRING(%s), %s)", field, value)
	case "range":
		if c, err = p.between(field); err != nil {
			return "", err
		}
	case "exists":
		c = field + " IS NOT NULL"
	default:
		return "", fmt.Errorf("want a phrase, range or exists on %s, found %q", p.Field, p.QueryType)
	}
	if p.Excluded {
		return fmt.Sprintf("(%s IS NULL OR NOT %s)", field, c), nil
	}
	return c, nil
}

// phrase is the value looked for, as text: fields are compared by their text, whatever their type.
func (p provider) phrase() (string, error) {
	switch v := p.Value.(type) {
	case string:
		if t := template.FindStringSubmatch(v); t != nil {
			return "TO_STRING(?" + Name(t[1]) + ")", nil
		}
		if strings.Contains(v, "{{") {
			return "", fmt.Errorf("want {{field}} alone as the value of %s, found %q", p.Field, v)
		}
		return quoteText(v), nil
	case bool:
		return quoteText(strconv.FormatBool(v)), nil
	case float64:
		return quoteText(strconv.FormatFloat(v, 'f', -1, 64)), nil
	case int64:
		return quoteText(strconv.FormatInt(v, 10)), nil
	}
	return "", fmt.Errorf("want a text, a number or true or false as the value of %s, found %T", p.Field, p.Value)
}

// between is a range: {"gte": 1, "lt": 5}, as a map or as the JSON text of one.
func (p provider) between(field string) (string, error) {
	bounds, ok := p.Value.(map[string]any)
	if text, is := p.Value.(string); is {
		ok = json.Unmarshal([]byte(text), &bounds) == nil
	}
	if !ok || len(bounds) == 0 {
		return "", fmt.Errorf("want bounds such as {\"gte\": 1} as the range of %s", p.Field)
	}
	operators := map[string]string{"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}
	var all []string
	for name, v := range bounds {
		op := operators[name]
		var bound string
		switch v := v.(type) {
		case float64:
			bound = strconv.FormatFloat(v, 'f', -1, 64)
		case int64:
			bound = strconv.FormatInt(v, 10)
		case string:
			bound = quoteText(v)
			if t := template.FindStringSubmatch(v); t != nil {
				bound = "?" + Name(t[1])
			} else if _, err := strconv.ParseFloat(v, 64); err == nil {
				bound = v
			}
		}
		if op == "" || bound == "" {
			return "", fmt.Errorf("want gt, gte, lt or lte with a number, found %q in the range of %s", name, p.Field)
		}
		all = append(all, field+" "+op+" "+bound)
	}
	sort.Strings(all)
	return "(" + strings.Join(all, " AND ") + ")", nil
}

var plainPart = regexp.MustCompile(`^[A-Za-z_@][A-Za-z0-9_]*$`)

// quoteField is a field's name in ES|QL.
func quoteField(name string) (string, error) {
	if name == "" || strings.ContainsAny(name, "\r\n") {
		return "", fmt.Errorf("want a field's name, found %q", name)
	}
	parts := strings.Split(name, ".")
	for i, part := range parts {
		if !plainPart.MatchString(part) {
			parts[i] = "`" + strings.ReplaceAll(part, "`", "``") + "`"
		}
	}
	return strings.Join(parts, "."), nil
}

// quoteText is a text as an ES|QL literal.
func quoteText(text string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\r", `\r`, "\t", `\t`).Replace(text) + `"`
}

var relative = regexp.MustCompile(`^now(?:([+-])(\d{1,6})([smhHdwMy]))?(?:/([smhHdwMy]))?$`)

var relativeUnits = map[string]string{"s": "seconds", "m": "minutes", "h": "hours", "H": "hours", "d": "days", "w": "weeks", "M": "months", "y": "years"}

// moment is a date relative to now as ES|QL, where now is the time of the alert; without one, it is otherwise. One that is rounded
// is rounded down, or up where it ends something.
func moment(text, otherwise string, ends bool) (string, error) {
	if text == "" {
		return otherwise, nil
	}
	return relativeTo("?alert_time", text, ends)
}

// relativeTo is a date relative to now as ES|QL, where now is an expression.
func relativeTo(now, text string, ends bool) (string, error) {
	p := relative.FindStringSubmatch(text)
	if p == nil {
		return "", fmt.Errorf("want a time such as now-15m, found %q", text)
	}
	at := now
	if p[1] != "" {
		at += fmt.Sprintf(" %s %s %s", p[1], p[2], relativeUnits[p[3]])
	}
	if p[4] != "" {
		unit := "1 " + strings.TrimSuffix(relativeUnits[p[4]], "s")
		if at = "DATE_TRUNC(" + unit + ", " + at + ")"; ends {
			at += " + " + unit + " - 1 millisecond"
		}
	}
	return at, nil
}
