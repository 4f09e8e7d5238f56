package tui

import (
	"slices"
	"strings"
	"unicode"

	tea "github.com/charmbracelet/bubbletea"

	"casebook/engine"
)

func (s *queryScreen) takesText() bool { return s.editing }

// typed takes keys into the text while it is being edited.
func (s *queryScreen) typed(a *App, key tea.KeyMsg) (took bool, cmd tea.Cmd) {
	if !s.editing {
		return false, nil
	}
	name := key.String()
	switch act := a.Keys.meaning(name, onEditor); {
	case act == back && s.running.busy:
		s.running.stop()
		a.say("stopped")
		return true, nil
	case act == back:
		s.editing, s.offers = false, offers{}
		return true, nil
	case act == complete:
		s.complete(a)
		return true, nil
	case act == redraw:
		return false, nil
	case act != none:
		return true, s.do(a, act)
	}
	s.offers = offers{}
	in := s.typing()
	switch {
	case key.Type == tea.KeyEnter:
		in.Insert("\n")
	case key.Type == tea.KeyRunes, key.Type == tea.KeySpace:
		in.Insert(string(key.Runes))
	default:
		in.Edit(name)
	}
	return true, nil
}

// offers are what the word before the cursor can become. Going on with tab tries one after the other.
type offers struct {
	words []engine.Word
	at    int // that stands in the text, -1 for what was typed
	typed string
}

// complete puts what all offers begin with into the text, then each of them in turn.
func (s *queryScreen) complete(a *App) {
	in := s.typing()
	if len(s.offers.words) > 1 {
		standing := s.offers.typed
		if s.offers.at >= 0 {
			standing = s.offers.words[s.offers.at].Text
		}
		s.offers.at = (s.offers.at + 1) % len(s.offers.words)
		in.Replace(len(standing), s.offers.words[s.offers.at].Text)
		return
	}
	words, typed := offersFor(a, s.language, in.String()[:in.At()])
	switch len(words) {
	case 0:
		a.warn("nothing begins with " + typed)
		s.offers = offers{}
		return
	case 1:
		in.Replace(len(typed), words[0].Text+" ")
		s.offers = offers{}
		return
	}
	names := make([]string, len(words))
	for i, w := range words {
		names[i] = w.Text
	}
	if common := commonPrefix(names); len(common) > len(typed) {
		in.Replace(len(typed), common)
		typed = common
	}
	s.offers = offers{words: words, at: -1, typed: typed}
}

// offersFor is what can stand at the end of a text, and the part of it that is typed already.
func offersFor(a *App, language engine.Language, before string) (words []engine.Word, typed string) {
	stage := before[strings.LastIndexByte(before, '|')+1:]
	first := strings.TrimLeftFunc(stage, unicode.IsSpace)
	piped := strings.Contains(before, "|")
	var all []engine.Word
	switch source, rest, spaced := strings.Cut(first, " "); {
	case !spaced && (piped || language == engine.ESQL):
		typed, all = first, commandWords(language, piped)
	case language == engine.ESQL && strings.EqualFold(source, "from"):
		typed = rest[strings.LastIndexAny(rest, ", ")+1:]
		all = tableWords(a)
	case language == engine.KQL && !piped:
		typed = lastWord(before)
		all = append(tableWords(a), commandWords(language, true)...)
	default:
		typed = lastWord(before)
		all = append(fieldWords(a, before), functionWords(language)...)
	}
	for _, w := range all {
		if strings.HasPrefix(strings.ToLower(w.Text), strings.ToLower(typed)) {
			words = append(words, w)
		}
	}
	return words, typed
}

// lastWord is the name at the end of a text.
func lastWord(text string) string {
	at := len(text)
	for at > 0 && (text[at-1] == '_' || text[at-1] == '.' || text[at-1] == '@' || text[at-1] >= '0' && text[at-1] <= '9' ||
		text[at-1]|0x20 >= 'a' && text[at-1]|0x20 <= 'z') {
		at--
	}
	return text[at:]
}

func commandWords(language engine.Language, piped bool) []engine.Word {
	var words []engine.Word
	for _, w := range engine.Words(language) {
		if starts := language == engine.ESQL && (w.Text == "from" || w.Text == "row"); w.Command && starts != piped {
			words = append(words, w)
		}
	}
	return words
}

func functionWords(language engine.Language) []engine.Word {
	return slices.DeleteFunc(engine.Words(language), func(w engine.Word) bool { return w.Command })
}

func tableWords(a *App) []engine.Word {
	var words []engine.Word
	for _, name := range a.Store.Names() {
		words = append(words, engine.Word{Text: name, Doc: "table"})
	}
	return words
}

// fieldWords are the fields of the tables that a text names, and what it has named itself.
func fieldWords(a *App, text string) []engine.Word {
	var words []engine.Word
	have := map[string]bool{}
	add := func(name, doc string) {
		if !have[name] {
			have[name] = true
			words = append(words, engine.Word{Text: name, Doc: doc})
		}
	}
	for _, name := range a.Store.Names() {
		if t, ok := a.Store.Table(name); ok && strings.Contains(text, name) {
			for _, f := range t.Fields {
				add(f.Name, f.Type.String())
			}
		}
	}
	slices.SortFunc(words, func(x, y engine.Word) int { return strings.Compare(x.Text, y.Text) })
	for i := strings.IndexByte(text, '='); i >= 0; {
		name := lastWord(strings.TrimRight(text[:i], " "))
		if name != "" && !strings.HasPrefix(text[i:], "==") && !strings.ContainsAny(text[max(0, i-1):i], "=<>!") {
			add(name, "named in the query")
		}
		next := strings.IndexByte(text[i+1:], '=')
		if next < 0 {
			break
		}
		i += next + 1
	}
	return words
}

var _ typist = (*queryScreen)(nil)
