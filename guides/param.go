package guides

import (
	"regexp"
	"strings"

	"casebook/engine"
)

// A parameter is spelt as its language does it: ES|QL writes ?user_id where the value goes; KQL declares it first,
//
//	declare query_parameters(user_id:string, window_from:datetime);
//
// and then uses the bare name. Both name the same thing by the rule of Name.

// param is a parameter of a query; KQL declares its type, and perhaps a default.
type param struct {
	name, kind string
	optional   bool
}

// params finds the parameters of a query, in order of appearance, each once.
func params(language engine.Language, query string) []param {
	switch language {
	case engine.ESQL:
		return marked(query)
	case engine.KQL:
		return declared(query)
	}
	return nil
}

// esqlToken is what a ? must not be looked for in: strings, comments and quoted names; or a parameter.
var esqlToken = regexp.MustCompile(`(?s)""".*?"""|"(?:[^"\\\n]|\\.)*"|//[^\n]*|/\*.*?\*/|` + "`(?:[^`]|``)*`" + `|\?[A-Za-z_][A-Za-z0-9_]*`)

func marked(query string) []param {
	var list []param
	for _, token := range esqlToken.FindAllString(query, -1) {
		if name, ok := strings.CutPrefix(token, "?"); ok {
			list = appendParam(list, param{name: name})
		}
	}
	return list
}

var (
	kqlComment   = regexp.MustCompile(`//[^\n]*`)
	kqlDeclares  = regexp.MustCompile(`\bdeclare\s+query_parameters\s*\(`)
	kqlParameter = regexp.MustCompile(`(?s)^\s*([A-Za-z_][A-Za-z0-9_]*)\s*:\s*([a-z]+)\s*(=.*)?$`)
)

func declared(query string) []param {
	query = kqlComment.ReplaceAllString(query, "")
	var list []param
	for _, at := range kqlDeclares.FindAllStringIndex(query, -1) {
		for _, one := range arguments(query[at[1]:]) {
			if p := kqlParameter.FindStringSubmatch(one); p != nil {
				list = appendParam(list, param{name: p[1], kind: p[2], optional: p[3] != ""})
			}
		}
	}
	return list
}

// arguments splits at commas what stands before the closing bracket; a default such as datetime(2020-01-01) has brackets too.
func arguments(text string) []string {
	var list []string
	depth, start := 0, 0
	for i := range len(text) {
		switch text[i] {
		case '(', '[':
			depth++
		case ')', ']':
			if depth--; depth < 0 {
				return append(list, text[start:i])
			}
		case ',':
			if depth == 0 {
				list = append(list, text[start:i])
				start = i + 1
			}
		}
	}
	return nil // never closed: the query's parser says so
}

func appendParam(list []param, p param) []param {
	for _, q := range list {
		if q.name == p.name {
			return list
		}
	}
	return append(list, p)
}

func paramNames(language engine.Language, query string) []string {
	var names []string
	for _, p := range params(language, query) {
		names = append(names, p.name)
	}
	return names
}
