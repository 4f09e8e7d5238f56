package exec

import "context"

// Nothing that a function does with one long text can be stopped from outside: Go's regular expressions know no end but
// their own. The same goes for one loop over very many rows. So code that is given much runs beside the query, and a query
// that is cancelled goes on without it. What is left behind ends by itself: texts, expressions and rows are limited, and
// it holds nothing but what it was given.

// longText is how many bytes of text make code run beside the query; starting that costs less than reading as much.
const longText = 4 << 10

// manyRows is how many rows at once make code run beside the query: more than a batch of a source has.
const manyRows = 8 << 10

// overMany runs a loop over rows, beside the query where there are many.
func (e *evaluator) overMany(rows int, loop func()) error {
	return e.maybeBeside(rows >= manyRows, loop)
}

// maybeBeside runs code, beside the query where it may take long, and looks whether the query was cancelled.
func (e *evaluator) maybeBeside(long bool, run func()) error {
	if !long {
		run()
		return e.env.Context.Err()
	}
	return Beside(e.env.Context, run)
}

// gather is rows of a batch, which many can be.
func (e *evaluator) gather(b *batch, rows []int32) (some *batch, err error) {
	if stopped := e.overMany(len(rows), func() { some, err = b.gatherUntil(e.env.Context, rows) }); stopped != nil {
		return nil, stopped
	}
	return some, err
}

// Beside runs code beside a query, and waits for its end or the query's.
func Beside(ctx context.Context, run func()) error {
	done := make(chan *Fault, 1)
	go func() {
		defer func() { done <- Caught(recover()) }()
		run()
	}()
	select {
	case fault := <-done:
		if fault != nil {
			panic(fault) // for whoever waits for the query
		}
		return ctx.Err()
	case <-ctx.Done():
		return ctx.Err()
	}
}
