package guides

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"casebook/engine"
)

// Functions that a workspace of Sentinel keeps are published as YAML: ASIM's parsers (ParserName, ParserQuery) and those of solutions
// (FunctionName, FunctionQuery). A file of one is no rule; its function is there for the rules that call it.

// readFunction reads a file's function, under each of its names. is tells whether the file is one of a function.
func readFunction(name string, data []byte) (list []engine.Function, is bool, err error) {
	h, err := open(name, data)
	if err != nil {
		return nil, false, nil // whoever reads rules tells
	}
	text := strings.TrimPrefix(h.file.Text, "\ufeff")
	var doc yaml.Node
	if err := yaml.NewDecoder(strings.NewReader(text)).Decode(&doc); err != nil || !isMapping(&doc) {
		return nil, false, nil
	}
	keys := keysOf(&doc)
	if keys["ParserQuery"] == nil && keys["FunctionQuery"] == nil {
		return nil, false, nil
	}
	y, ok := h.yaml(text, "a function")
	if !ok {
		return nil, true, h.errs.Err()
	}
	f := &functionFile{yamlFile: y, keys: keysOf(y.root)}
	f.read()
	return f.functions, true, h.errs.Err()
}

// functionFile reads the file of one function.
type functionFile struct {
	*yamlFile
	keys      map[string]*yaml.Node
	functions []engine.Function
}

func (f *functionFile) read() {
	query := f.keys["ParserQuery"]
	if query == nil {
		query = f.keys["FunctionQuery"]
	}
	one := engine.Function{File: f.file.Name}
	one.Query, one.Line, one.Column, one.Indent = f.queryAt(query)
	params := f.keys["ParserParams"]
	if params == nil {
		params = f.keys["FunctionParams"]
	}
	one.Params, one.Bare = f.params(params)
	var names []string
	for _, key := range []string{"ParserName", "EquivalentBuiltInParser", "FunctionName", "FunctionAlias"} {
		n := f.keys[key]
		if n == nil {
			continue
		}
		if one.Name = f.text(n); !isFunctionName(one.Name) {
			f.fault(f.span(n), "want a function's name, found %q", one.Name)
		} else if !slices.Contains(names, one.Name) {
			names = append(names, one.Name)
			f.functions = append(f.functions, one)
		}
	}
	if len(f.functions) == 0 && len(f.errs) == 0 {
		f.fault(f.span(f.root), "want a ParserName or a FunctionName")
	}
}

// params are the parameters as a let has them, "(a:string = 'x')", and whether all have a default.
func (f *functionFile) params(n *yaml.Node) (text string, bare bool) {
	if n == nil {
		return "()", true
	}
	var list []string
	bare = true
	for _, item := range f.items(n) {
		p := keysOf(item)
		if p["Name"] == nil || p["Type"] == nil {
			f.fault(f.span(item), "want a Name and a Type of a parameter")
			continue
		}
		name, typ := f.text(p["Name"]), f.text(p["Type"])
		if !isFunctionName(name) {
			f.fault(f.span(p["Name"]), "want a parameter's name, found %q", name)
			continue
		}
		text := name + ":" + typ
		if strings.HasPrefix(typ, "table:") { // of any columns, or of those that are listed
			text = name + ":" + strings.TrimPrefix(typ, "table:")
		}
		if d := p["Default"]; d != nil {
			value := d.Value
			if typ == "string" && !strings.HasPrefix(value, `"`) && !strings.HasPrefix(value, "'") {
				value = "'" + strings.NewReplacer(`\`, `\\`, "'", `\'`).Replace(value) + "'"
			}
			text += " = " + value
		} else {
			bare = false
		}
		list = append(list, text)
	}
	return "(" + strings.Join(list, ", ") + ")", bare
}

func isFunctionName(s string) bool {
	for i, r := range s {
		if r != '_' && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (i == 0 || r < '0' || r > '9') {
			return false
		}
	}
	return s != ""
}

// IsFunction tells whether a file is one of a function, and not of a rule.
func IsFunction(name string, data []byte) bool {
	if e := ending(name); e != ".yaml" && e != ".yml" {
		return false
	}
	_, is, _ := readFunction(name, data)
	return is
}

// Call gives a rule those of the functions that it calls.
func (d *Detection) Call(functions []engine.Function) {
	if d.Rule.Language == engine.KQL {
		d.Rule.Functions = engine.Called(d.Rule.Query, functions)
	}
}
