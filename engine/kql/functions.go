package kql

import (
	"casebook/engine/syntax"
)

// Functions that a workspace keeps stand behind the query's own text, each with its parameters as a let would have it. They are known
// to the query and to each other, and looked into where they are called.

// functions reads them; ok is false where one could not be read.
func (p *parser) functions() (list []statement, ok bool) {
	ok = true
	for _, part := range p.file.Parts {
		f := &parser{file: p.file, errs: p.errs, tokens: lex(p.file, part.Span, p.errs)}
		if len(f.tokens) > mostTokens {
			p.errs.Add(syntax.Errorf(p.file, part.Span, "the function has more than %d words and signs", mostTokens))
			ok = false
			continue
		}
		l := f.lambdaOr()
		if !f.failed && f.peek().kind != end {
			f.expected("the end of the function")
		}
		if _, is := l.(*lambda); is && !f.failed {
			list = append(list, statement{at: at{part.Span}, let: part.Name, x: l})
		} else {
			ok = false
		}
		p.calls = append(p.calls, f.calls...)
	}
	return list, ok
}

// texts are the parts of a file: its own text and those of others.
func texts(f *syntax.File) []syntax.Span {
	list := []syntax.Span{{End: len(f.Own())}}
	for _, part := range f.Parts {
		list = append(list, part.Span)
	}
	return list
}

// kept is the scope of the functions.
func (b *binder) kept(list []statement) *scope {
	var s *scope
	var all []*given
	for _, st := range list {
		g := &given{lambda: st.x.(*lambda)}
		s, all = s.with(st.let, g), append(all, g)
	}
	for _, g := range all {
		g.in = s
	}
	return s
}

// bare tells whether a function may be named without arguments.
func (l *lambda) bare() bool {
	for _, p := range l.params {
		if p.value == nil {
			return false
		}
	}
	return true
}
