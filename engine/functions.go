package engine

import (
	"regexp"
	"slices"

	"casebook/engine/syntax"
)

// Function is a function in KQL that a workspace keeps, and that its queries call by name.
type Function struct {
	Name   string
	Params string // as a let has them: "(a:long = 1)"
	Query  string
	Bare   bool `json:"-"` // it may be called without arguments
	// File is where the query stands, for errors, as a rule's.
	File         string `json:"-"`
	Line, Column int    `json:"-"`
	Indent       int    `json:"-"`
}

// behind puts a function behind the text of a file, as a let would have it.
func (f *Function) behind(file *syntax.File) {
	part := syntax.Part{Name: f.Name, File: &syntax.File{Name: f.File, Text: f.Query, Line: f.Line, Column: f.Column, Indent: f.Indent}}
	file.Text += "\n"
	part.Span.Start = len(file.Text)
	file.Text += f.Params + " {\n"
	part.At = len(file.Text)
	file.Text += f.Query + "\n}"
	part.Span.End = len(file.Text)
	file.Parts = append(file.Parts, part)
}

// Library is a catalog that knows functions which queries in KQL may call.
type Library interface{ Functions() []Function }

// calling is a file with the functions of a library behind it that its text calls and it has not yet.
func calling(file *syntax.File, library []Function) *syntax.File {
	called := slices.DeleteFunc(Called(file.Own(), library), func(f Function) bool {
		return slices.ContainsFunc(file.Parts, func(p syntax.Part) bool { return p.Name == f.Name })
	})
	if len(called) == 0 {
		return file
	}
	with := &syntax.File{Name: file.Name, Text: file.Text, Line: file.Line, Column: file.Column, Indent: file.Indent, Added: file.Added, Parts: slices.Clone(file.Parts)}
	for i := range called {
		called[i].behind(with)
	}
	return with
}

var word = regexp.MustCompile(`[A-Za-z_][A-Za-z_0-9]*`)

// Called are those of the functions whose names stand in a text, or in what those do, in the order of their names.
func Called(text string, functions []Function) []Function {
	byName := map[string]int{}
	for i, f := range functions {
		byName[f.Name] = i
	}
	var called []Function
	taken := map[string]bool{}
	for texts := []string{text}; len(texts) > 0; texts = texts[1:] {
		for _, w := range word.FindAllString(texts[0], -1) {
			i, is := byName[w]
			if is && !taken[w] {
				taken[w] = true
				called = append(called, functions[i])
				texts = append(texts, functions[i].Query)
			}
		}
	}
	slices.SortFunc(called, func(a, b Function) int {
		if a.Name < b.Name {
			return -1
		}
		return 1
	})
	return called
}
