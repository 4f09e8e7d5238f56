package exec

import (
	"casebook/engine/column"
	"casebook/engine/function"
)

// A column of several values in a row multiplies with every function that puts two together and with every row that is made of one: a few
// stages can ask for more than a machine has. So there are a most for one row, as for one aggregate, and a most for one column,
// which is as many as there may be rows.

// fewValues fails where a function gave too many values for one row, or for all.
func (e *evaluator) fewValues(v *column.Vector) error {
	if v.Offsets == nil {
		return nil
	}
	limits := e.env.Limits
	if most := limits.Rows; most > 0 && int(v.Offsets[v.Len]-v.Offsets[0]) > most {
		return e.tooManyValues()
	}
	for i := range v.Len {
		if from, to := v.Range(i); limits.Values > 0 && to-from > limits.Values {
			return &function.LimitError{What: "values of one field", Limit: limits.Values}
		}
	}
	return nil
}

func (e *evaluator) tooManyValues() error {
	return &function.LimitError{What: "values of one column", Limit: e.env.Limits.Rows}
}

// mayRepeat fails when the values of a multi-valued column, repeated for every row made, are more than there may be rows. Row -1 has none.
func (e *evaluator) mayRepeat(v *column.Vector, source []int32) error {
	most := e.env.Limits.Rows
	if v.Offsets == nil || most <= 0 {
		return nil
	}
	total := 0
	for _, i := range source {
		if i < 0 {
			continue
		}
		if total += int(v.Offsets[i+1] - v.Offsets[i]); total > most {
			return e.tooManyValues()
		}
	}
	return nil
}
