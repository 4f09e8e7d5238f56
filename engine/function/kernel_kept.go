package function

import (
	"cmp"
	"strings"

	"casebook/engine/column"
)

// kept is a value of each group, or null. There may be a million groups: so values lie side by side as they do in a vector, and
// not each in a place of its own.
type kept struct {
	t      column.Type
	states []keptState
	ints   []int64
	floats []float64
	texts  []string
	anys   []any
}

// keptState is what of a group is known.
type keptState byte

const (
	keptNone keptState = iota
	keptNull           // a row without a value
	keptValue
)

func (k *kept) has(g int32) bool { return int(g) < len(k.states) && k.states[g] == keptValue }
func (k *kept) met(g int32) bool { return int(g) < len(k.states) && k.states[g] != keptNone }

func (k *kept) isNaN(g int32) bool { return k.floats != nil && k.floats[g] != k.floats[g] }

// absent tells whether a row has no value.
func absent(v *column.Vector, i int) bool {
	if v.IsNull(i) {
		return true
	}
	from, _ := v.Range(i)
	return v.Type.Kind() == column.AnyKind && v.Anys[from] == nil
}

// set gives a group the value of row i.
func (k *kept) set(g int32, v *column.Vector, i int) {
	k.grow(int(g) + 1)
	if absent(v, i) {
		k.states[g] = keptNull
		return
	}
	k.states[g] = keptValue
	at, _ := v.Range(i)
	switch k.t.Kind() {
	case column.IntKind:
		k.ints[g] = v.Ints[at]
	case column.FloatKind:
		k.floats[g] = v.Floats[at]
	case column.StringKind:
		k.texts[g] = v.Str(at)
	case column.AnyKind:
		k.anys[g] = v.Anys[at]
	}
}

// grow makes room for so many groups.
func (k *kept) grow(groups int) {
	if groups <= len(k.states) {
		return
	}
	last := int32(groups - 1)
	k.states = grow(k.states, last)
	switch k.t.Kind() {
	case column.IntKind:
		k.ints = grow(k.ints, last)
	case column.FloatKind:
		k.floats = grow(k.floats, last)
	case column.StringKind:
		k.texts = grow(k.texts, last)
	case column.AnyKind:
		k.anys = grow(k.anys, last)
	}
}

// compare tells how a value of a vector stands to that of a group.
func (k *kept) compare(v *column.Vector, at int, g int32) int {
	switch k.t.Kind() {
	case column.IntKind:
		return cmp.Compare(v.Ints[at], k.ints[g])
	case column.FloatKind:
		return cmp.Compare(v.Floats[at], k.floats[g])
	case column.StringKind:
		return strings.Compare(v.Str(at), k.texts[g])
	case column.AnyKind:
		return compareCells(v.Anys[at], k.anys[g])
	}
	return 0
}

// vector is the values of so many groups. It may share their memory.
func (k *kept) vector(groups int) *column.Vector {
	k.grow(groups)
	if kind := k.t.Kind(); kind != column.IntKind && kind != column.FloatKind {
		b := column.NewBuilder(k.t, groups)
		for g := range groups {
			switch {
			case k.states[g] == keptValue && kind == column.StringKind:
				b.Str(k.texts[g])
			case k.states[g] == keptValue && kind == column.AnyKind:
				b.Any(k.anys[g])
			default:
				put(b, k.t, nil)
			}
		}
		return b.Vector()
	}
	v := &column.Vector{Type: k.t, Len: groups, Ints: k.ints, Floats: k.floats}
	for g, s := range k.states[:groups] {
		if s != keptValue {
			v.Nulls = setIn(v.Nulls, groups, g)
		}
	}
	return v
}
