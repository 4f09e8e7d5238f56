package engine

import (
	"context"
	"errors"
	"fmt"

	"casebook/engine/exec"
	"casebook/engine/syntax"
)

// unread ends the report of a rule whose query was not read; it gives back the error of a caller that waits no more.
func (r *Report) unread(ctx context.Context, err error, opt *ReplayOptions) error {
	var fault *exec.Fault
	switch {
	case errors.As(err, &fault):
		r.end(OutcomeFailed, err.Error())
	case Partial(err):
		r.end(OutcomePartial, err.Error())
		if r.Rule.Every > 0 {
			job := opt.job(r.Rule)
			for _, s := range job.Stretches() {
				r.Left = append(r.Left, Window{s.From, s.To})
			}
		}
	case ctx.Err() != nil:
		return err
	default:
		r.Err = err
		r.end(Unread(err))
	}
	return nil
}

// Unread is how a rule ends whose query cannot be read, and why: for want of a table or a lookup there is nothing to look at, and anything
// else is refused.
func Unread(err error) (Outcome, string) {
	mistakes, lacking := syntax.Sorted(err)
	switch {
	case len(mistakes) == 0 && !lacking.Nothing():
		return OutcomeNoData, lacking.String()
	case len(mistakes) == 0:
		return OutcomeRefused, err.Error()
	}
	text := mistakes[0].Brief()
	if more := len(mistakes) - 1; more > 0 {
		text += fmt.Sprintf(" (and %d more)", more)
	}
	if !lacking.Nothing() {
		text += "; and " + lacking.String()
	}
	return OutcomeRefused, text
}
