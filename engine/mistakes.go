package engine

import (
	"slices"

	"casebook/engine/function"
	"casebook/engine/syntax"
)

// A query whose columns are found in data may be good over all events and not over those of one window: no event there has a key that it
// asks for, or the key is of another type. The SIEM's run fails there. Nothing is found in such a run, and it is told of, counted.

// mistakes are those of such runs.
type mistakes struct {
	words  []string
	counts []int
	runs   int
	failed bool // some of them lack nothing
}

// add notes a run.
func (m *mistakes) add(words string, o Outcome) {
	m.runs++
	m.failed = m.failed || o == OutcomeFailed
	i := slices.Index(m.words, words)
	if i < 0 {
		i = len(m.words)
		m.words, m.counts = append(m.words, words), append(m.counts, 0)
	}
	m.counts[i]++
}

func (m *mistakes) outcome() Outcome {
	if m.failed {
		return OutcomeFailed
	}
	return OutcomeNoData
}

// warnings tell of the runs, as many as failed for one reason together.
func (m *mistakes) warnings() []function.Warning {
	var list []function.Warning
	for i, words := range m.words {
		list = append(list, function.Warning{Text: words + " in a window: the SIEM's run fails there", Count: m.counts[i]})
	}
	return list
}

// mistaken ends a run whose window leaves the query a mistake.
func (r *replaying) mistaken(run *RuleRun, err error) {
	lacking := syntax.Lacking{}
	run.Outcome = OutcomeNoData
	for _, e := range syntax.Errors(err) {
		if e.Column == "" {
			run.Outcome = OutcomeFailed
		} else if !slices.Contains(lacking.Columns, e.Column) {
			lacking.Columns = append(lacking.Columns, e.Column)
		}
	}
	run.Err = lacking.String()
	if run.Outcome == OutcomeFailed {
		_, run.Err = Unread(err)
	}
	r.mistakes.add(run.Err, run.Outcome)
	if r.opt.EveryRun || run.Outcome == OutcomeFailed {
		r.report.Runs = append(r.report.Runs, *run)
	}
}
