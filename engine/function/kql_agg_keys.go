package function

import (
	"encoding/binary"
	"slices"

	"casebook/engine/column"
)

// What the keys of many bags are, and of which types their values: the columns that KQL's plugins make of data.

// mostKeys bounds the columns that data may ask for; no table of a SIEM has half as many.
const mostKeys = 10_000

// Neither row is a function that a query can call: they have no signature. What a bag is made of is told of each row by itself, once in a
// replay whatever its windows are, and is alike for most rows; what they are made of together is told of each window.
var bagKeysRows = []*Row{
	operatorRow("bag shape", "the keys of a bag, each with the type of its value, as a text that bags alike in them have alike", bagShape),
	{Name: "bag keys", Kind: Aggregate, Doc: "the keys of bags by their shapes, in order, each with the number of its values' type", Returns: column.Dynamic,
		New: func(*Env, []column.Type) Aggregator {
			return &groupsOf[bagKeys]{t: column.Dynamic, add: (*bagKeys).add, result: (*bagKeys).list,
				fresh: func() *bagKeys { return &bagKeys{types: map[string]column.Type{}, seen: map[string]bool{}} }}
		}},
}

// bagShape writes of each key its length, itself and its type.
func bagShape(_ *Env, args []*column.Vector, n int) (*column.Vector, error) {
	b := column.NewBuilder(column.String, n)
	var shape []byte
	for i := range n {
		shape = shape[:0]
		if !args[0].IsNull(i) {
			if o, ok := args[0].At(i).(*column.Object); ok {
				for i, k := range o.Keys {
					shape = binary.AppendUvarint(shape, uint64(len(k)))
					shape = append(append(shape, k...), byte(typeOfMember(o.Values[i])))
				}
			}
		}
		b.Str(string(shape))
	}
	return b.Vector(), nil
}

type bagKeys struct {
	types map[string]column.Type
	seen  map[string]bool
}

// add takes the keys of one bag: a key whose values are of several types is dynamic.
func (s *bagKeys) add(args []*column.Vector, i int) error {
	if args[0].IsNull(i) {
		return nil
	}
	shape := args[0].Str(i)
	if s.seen[shape] {
		return nil
	}
	if len(s.seen) < mostKeys { // shapes that are not kept are read anew
		s.seen[shape] = true
	}
	for len(shape) > 0 {
		length, n := binary.Uvarint([]byte(shape[:min(len(shape), binary.MaxVarintLen64)]))
		k, found := shape[n:n+int(length)], column.Type(shape[n+int(length)])
		shape = shape[n+int(length)+1:]
		t, known := s.types[k]
		switch {
		case !known && len(s.types) >= mostKeys:
			return &LimitError{What: "columns that data asks for", Limit: mostKeys}
		case !known || t == column.Null:
			s.types[k] = found
		case found != column.Null && t != found:
			s.types[k] = column.Dynamic
		}
	}
	return nil
}

func (s *bagKeys) list() any {
	keys := make([]string, 0, len(s.types))
	for k := range s.types {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	out := column.NewObject()
	for _, k := range keys {
		t := s.types[k]
		if t == column.Null {
			t = column.Dynamic
		}
		out.Set(k, int64(t))
	}
	return out
}

func typeOfMember(x any) column.Type {
	switch x.(type) {
	case nil:
		return column.Null
	case bool:
		return column.Bool
	case int64:
		return column.Long
	case float64:
		return column.Double
	case string:
		return column.String
	case column.Ticks:
		return column.Time
	case column.Span:
		return column.Duration
	}
	return column.Dynamic
}
