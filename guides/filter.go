package guides

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Kibana keeps filters as the search request they make: match_phrase, exists, range and their like, put together with bool, and turned
// round where meta.negate says so. Here they become conditions of ES|QL on the events that FROM reads. As in a search, a condition is
// true or false and never null, any of several values will do, and what is negated takes the events without the field too. A filter that
// cannot be said is refused by name, since a rule without it would say something else.

// filterCondition is one filter as a condition; "" for one that is switched off.
func filterCondition(filter any) (string, error) {
	f, ok := filter.(map[string]any)
	if !ok {
		return "", fmt.Errorf("want a table, found %T", filter)
	}
	meta, _ := f["meta"].(map[string]any)
	if off, _ := meta["disabled"].(bool); off {
		return "", nil
	}
	var c string
	var err error
	if meta["type"] == "combined" {
		c, err = combined(meta)
	} else {
		query := f["query"]
		if query == nil { // as older versions write it
			bare := map[string]any{}
			for name, v := range f {
				if name != "meta" && name != "$state" {
					bare[name] = v
				}
			}
			query = bare
		}
		c, err = searched(query)
	}
	if negate, _ := meta["negate"].(bool); negate && err == nil {
		c = "NOT " + c
	}
	return c, err
}

// combined is several filters with AND or OR between them.
func combined(meta map[string]any) (string, error) {
	list, _ := meta["params"].([]any)
	var all []string
	for _, one := range list {
		c, err := filterCondition(one)
		if err != nil {
			return "", err
		}
		if c != "" {
			all = append(all, c)
		}
	}
	word := " AND "
	if relation, _ := meta["relation"].(string); strings.EqualFold(relation, "OR") {
		word = " OR "
	}
	if len(all) == 0 {
		return "", fmt.Errorf("want filters to combine")
	}
	return "(" + strings.Join(all, word) + ")", nil
}

// searched is a query of Elasticsearch's own language, a table of one key.
func searched(query any) (string, error) {
	q, ok := query.(map[string]any)
	if !ok || len(q) != 1 {
		return "", fmt.Errorf("want one query, found %d", len(q))
	}
	for kind, v := range q {
		body, ok := v.(map[string]any)
		if !ok {
			return "", fmt.Errorf("want a table in %s", kind)
		}
		switch kind {
		case "match_all":
			return "true", nil
		case "match_none":
			return "false", nil
		case "bool":
			return boolean(body)
		case "exists":
			name, _ := body["field"].(string)
			field, err := quoteField(name)
			return "(" + field + " IS NOT NULL)", err
		case "match_phrase", "match", "term", "terms", "prefix", "wildcard", "range":
			return onField(kind, body)
		}
		return "", fmt.Errorf("a filter by %s is not supported", kind)
	}
	return "", nil
}

// boolean is must, filter, should and must_not; one of should is wanted where there is nothing else that must hold.
func boolean(body map[string]any) (string, error) {
	var must, should []string
	for _, kind := range []string{"must", "filter", "should", "must_not"} {
		list, several := body[kind].([]any)
		if !several && body[kind] != nil {
			list = []any{body[kind]}
		}
		for _, one := range list {
			c, err := searched(one)
			if err != nil {
				return "", err
			}
			switch kind {
			case "should":
				should = append(should, c)
			case "must_not":
				must = append(must, "NOT "+c)
			default:
				must = append(must, c)
			}
		}
	}
	for name := range body {
		if !slices.Contains([]string{"must", "filter", "should", "must_not", "minimum_should_match", "boost"}, name) {
			return "", fmt.Errorf("%s in a bool is not supported", name)
		}
	}
	switch least := fmt.Sprint(body["minimum_should_match"]); {
	case len(should) == 0:
	case least == "1", least == "<nil>" && len(must) == 0:
		must = append(must, "("+strings.Join(should, " OR ")+")")
	case least == "0", least == "<nil>": // they only bear on how well something matches
	default:
		return "", fmt.Errorf("a minimum_should_match of %s is not supported", least)
	}
	switch len(must) {
	case 0:
		return "true", nil
	case 1:
		return must[0], nil
	}
	return "(" + strings.Join(must, " AND ") + ")", nil
}

// onField is a condition on one field.
func onField(kind string, body map[string]any) (string, error) {
	delete(body, "boost")
	if len(body) != 1 {
		return "", fmt.Errorf("want one field in %s, found %d", kind, len(body))
	}
	for name, v := range body {
		field, err := quoteField(name)
		if err != nil {
			return "", err
		}
		options, _ := v.(map[string]any)
		if kind == "range" {
			return ranged(field, options)
		}
		if kind == "terms" {
			list, ok := v.([]any)
			if !ok || len(list) == 0 {
				return "", fmt.Errorf("want a list of values of %s", name)
			}
			return oneOf(name, list)
		}
		for _, key := range []string{"value", "query", "wildcard"} {
			if options[key] != nil {
				v = options[key]
			}
		}
		folded := options["case_insensitive"] == true
		switch kind {
		case "prefix", "wildcard":
			text, ok := v.(string)
			if !ok {
				return "", fmt.Errorf("want a text to compare %s with", name)
			}
			if kind == "prefix" {
				text = strings.NewReplacer(`\`, `\\`, "*", `\*`, "?", `\?`).Replace(text) + "*"
			}
			of := "TO_STRING(" + field + ")"
			if folded {
				of, text = "TO_LOWER("+of+")", strings.ToLower(text)
			}
			return "COALESCE(MV_LIKE(" + of + ", " + quoteText(text) + "), false)", nil
		case "match":
			if mode, _ := options["operator"].(string); mode != "" && !strings.EqualFold(mode, "or") {
				return "", fmt.Errorf("a match with the operator %s is not supported", mode)
			}
			if text, is := v.(string); is && options["type"] != "phrase" {
				return "COALESCE(MATCH(" + field + ", " + quoteText(text) + "), false)", nil
			}
		}
		if text, is := v.(string); is && folded {
			return "MV_INTERSECTS(TO_LOWER(TO_STRING(" + field + ")), " + quoteText(strings.ToLower(text)) + ")", nil
		}
		return oneOf(name, []any{v})
	}
	return "", nil
}

// oneOf is true where some value of a field is one of a list. Kibana's own language compares as a search does, whatever the field's type is:
// addresses with networks too, words of a text one after the other.
func oneOf(name string, list []any) (string, error) {
	var texts []string
	for _, v := range list {
		switch v := v.(type) {
		case string:
			texts = append(texts, `"`+kibanaText.Replace(v)+`"`)
		case bool, int64:
			texts = append(texts, fmt.Sprint(v))
		case float64:
			texts = append(texts, strconv.FormatFloat(v, 'f', -1, 64))
		default:
			return "", fmt.Errorf("want a text, a number or true or false as the value of %s, found %T", name, v)
		}
	}
	values := strings.Join(texts, " or ")
	if len(texts) > 1 {
		values = "(" + values + ")"
	}
	return "KQL(" + quoteText(kibanaName.Replace(name)+": "+values) + ")", nil
}

var (
	kibanaText = strings.NewReplacer(`\`, `\\`, `"`, `\"`)
	kibanaName = strings.NewReplacer(`\`, `\\`, `"`, `\"`, " ", `\ `, "(", `\(`, ")", `\)`, ":", `\:`, "<", `\<`, ">", `\>`, "*", `\*`, "{", `\{`, "}", `\}`)
)
