package function

import "casebook/engine/column"

// champions are the least or greatest key of each group, and a value from the first row that has it.
type champions struct {
	sign  int
	key   kept
	value *kept // nil where the key is the answer
}

// extremes is the least or greatest value; NaN is both, wherever it comes up.
func extremes(sign int) func(*Env, []column.Type) Aggregator {
	return func(_ *Env, args []column.Type) Aggregator {
		if args[0].Kind() == column.IntKind {
			return newExtreme(args[0], sign)
		}
		return &champions{sign: sign, key: kept{t: args[0]}}
	}
}

// argExtreme is a value from the first row with the greatest key; a row without key counts only while there is none with one.
func argExtreme(sign int) func(*Env, []column.Type) Aggregator {
	return func(_ *Env, args []column.Type) Aggregator {
		return &champions{sign: sign, key: kept{t: args[0]}, value: &kept{t: args[len(args)-1]}}
	}
}

// Add implements Aggregator.
func (c *champions) Add(groups []int32, args []*column.Vector, n int) error {
	keys, values := args[0], args[len(args)-1]
	for i, g := range groups[:n] {
		if !c.beats(g, keys, i) {
			continue
		}
		c.key.set(g, keys, i)
		if c.value != nil {
			c.value.set(g, values, i)
		}
	}
	return nil
}

// beats tells whether row i comes to stand for a group.
func (c *champions) beats(g int32, keys *column.Vector, i int) bool {
	switch {
	case !c.key.has(g):
		return !absent(keys, i) || c.value != nil && !c.value.met(g)
	case absent(keys, i) || c.key.isNaN(g):
		return false
	}
	from, _ := keys.Range(i)
	if f := keys.Floats; f != nil && f[from] != f[from] {
		return true
	}
	return c.key.compare(keys, from, g)*c.sign > 0
}

// Result implements Aggregator.
func (c *champions) Result(groups int) (*column.Vector, error) {
	if c.value != nil {
		return c.value.vector(groups), nil
	}
	return c.key.vector(groups), nil
}
