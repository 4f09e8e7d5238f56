package column

// A dynamic value is one of: nil, bool, int64, float64, string, []any, *Object, and, inside KQL only, Ticks and Span for
// the datetime and timespan values that JSON has no word for.

// Ticks is a datetime inside a dynamic value.
type Ticks int64

// Span is a timespan inside a dynamic value, in ticks.
type Span int64

// Object is a JSON object that keeps the order of its keys; a repeated key keeps its first place and last value.
type Object struct {
	Keys   []string
	Values map[string]any
}

// NewObject is an empty object.
func NewObject() *Object { return &Object{Values: map[string]any{}} }

// Set gives a key its value.
func (o *Object) Set(key string, value any) {
	if _, ok := o.Values[key]; !ok {
		o.Keys = append(o.Keys, key)
	}
	o.Values[key] = value
}

// Get is a key's value, and whether there is one.
func (o *Object) Get(key string) (any, bool) {
	v, ok := o.Values[key]
	return v, ok
}
