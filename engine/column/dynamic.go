package column

import "slices"

// A dynamic value is one of: nil, bool, int64, float64, string, []any, *Object, and, inside KQL only, Ticks and Span for
// the datetime and timespan values that JSON has no word for.

// Ticks is a datetime inside a dynamic value.
type Ticks int64

// Span is a timespan inside a dynamic value, in ticks.
type Span int64

// Object is a JSON object that keeps the order of its keys; a repeated key keeps its first place and last value.
//
// Most objects have few keys, and a query may make one for each of a million rows. So an object is two lists, in which a key is
// looked for from the front, and only one of many keys knows where each is. What is made alike for many rows may share its keys.
type Object struct {
	Keys   []string
	Values []any            // of each key
	Places map[string]int32 // of each key, where there are many; else nil
}

// manyKeys is from how many on an object knows the places of its keys.
const manyKeys = 16

// NewObject is an empty object.
func NewObject() *Object { return &Object{} }

// Set gives a key its value.
func (o *Object) Set(key string, value any) {
	if i := o.place(key); i >= 0 {
		o.Values[i] = value
		return
	}
	o.Keys, o.Values = append(o.Keys, key), append(o.Values, value)
	switch n := len(o.Keys); {
	case n == manyKeys:
		o.Places = make(map[string]int32, 2*manyKeys)
		for i, k := range o.Keys {
			o.Places[k] = int32(i)
		}
	case n > manyKeys:
		o.Places[key] = int32(n - 1)
	}
}

// Get is a key's value, and whether there is one.
func (o *Object) Get(key string) (any, bool) {
	if i := o.place(key); i >= 0 {
		return o.Values[i], true
	}
	return nil, false
}

// Value is a key's value, or nil.
func (o *Object) Value(key string) any {
	v, _ := o.Get(key)
	return v
}

// place is where a key stands, or -1.
func (o *Object) place(key string) int {
	if o.Places == nil {
		return slices.Index(o.Keys, key)
	}
	if i, ok := o.Places[key]; ok {
		return int(i)
	}
	return -1
}
