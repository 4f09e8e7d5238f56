package function

import (
	"slices"

	"casebook/engine/column"
)

// What the keys of many bags are, and of which types their values: the columns that KQL's plugins make of data.

// mostKeys bounds the columns that data may ask for; no table of a SIEM has half as many.
const mostKeys = 10_000

// bagKeysRow is no function that a query can call: its row has no signature.
var bagKeysRow = &Row{Name: "bag keys", Kind: Aggregate, Doc: "the keys of bags, in order, each with the number of its values' type", Returns: column.Dynamic,
	New: func(*Env, []column.Type) Aggregator {
		return &groupsOf[bagKeys]{t: column.Dynamic, fresh: func() *bagKeys { return &bagKeys{types: map[string]column.Type{}} }, add: (*bagKeys).add, result: (*bagKeys).list}
	}}

type bagKeys struct{ types map[string]column.Type }

// add takes the keys of one bag: a key whose values are of several types is dynamic.
func (s *bagKeys) add(args []*column.Vector, i int) error {
	if args[0].IsNull(i) {
		return nil
	}
	o, ok := args[0].At(i).(*column.Object)
	if !ok {
		return nil
	}
	for _, k := range o.Keys {
		t, known := s.types[k]
		switch found := typeOfMember(o.Values[k]); {
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
