package event

import (
	"net/netip"
	"strings"

	"casebook/engine/column"
)

// Kinds say what a field's values are, of all records of a table together. They are a set, and sets are joined: in which order records
// came, and by which loads, makes no difference to what a column is.
type Kinds uint16

// The kinds of a value.
const (
	Switches  Kinds = 1 << iota // true and false
	Wholes                      // whole numbers
	Fractions                   // other numbers
	Addresses                   // texts that are addresses
	Moments                     // texts that are a date with a time
	Trees                       // texts that are an object or a list of JSON
	Blanks                      // the empty text
	Words                       // any other text
)

// plainTexts are the kinds of texts that say nothing about a type.
const plainTexts = Blanks | Words

// KindsOf are the kinds of a value, and of those in it where there are several, as a found column keeps it.
func KindsOf(text string) Kinds {
	value, _ := Tree([]byte(text))
	if list, ok := value.([]any); ok {
		k := Kinds(0)
		for _, x := range list {
			k |= kindOf(x)
		}
		return k
	}
	return kindOf(value)
}

func kindOf(value any) Kinds {
	switch x := value.(type) {
	case bool:
		return Switches
	case int64:
		return Wholes
	case float64:
		return Fractions
	case string:
		return kindOfText(x)
	}
	return 0
}

func kindOfText(text string) Kinds {
	if text == "" {
		return Blanks
	}
	if text[0] == '{' || text[0] == '[' {
		s := scanner{b: []byte(text)}
		if s.value(0); s.fault == "" && s.peek() == 0 && s.i == len(s.b) {
			return Trees
		}
	}
	if _, _, ok := stamp(text); ok {
		return Moments
	}
	if len(text) <= len("ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255") && strings.ContainsAny(text, ".:") {
		if a, err := netip.ParseAddr(text); err == nil && a.Zone() == "" {
			return Addresses
		}
	}
	return Words
}

// Found is how a table finds its columns in its records; 0 where a mapping names them.
type Found uint8

// The ways of finding columns.
const (
	// Elastic: a column for every value below the record, under the path of its keys with dots between them. Several values of one path are
	// several values of the column.
	Elastic Found = iota + 1
	// Sentinel: a column for every key of the record, as in a Log Analytics table. What is nested in it is a dynamic.
	Sentinel
)

// foundNames are the ways as mappings write them.
var foundNames = map[Found]string{Elastic: "elastic", Sentinel: "sentinel"}

// String is the way as mappings write it.
func (f Found) String() string { return foundNames[f] }

// FoundBy is the way that mappings write so.
func FoundBy(name string) (Found, bool) {
	for f, n := range foundNames {
		if n == name {
			return f, true
		}
	}
	return 0, false
}

// FoundFor is the way that a table's name speaks for: names of Elastic's indices have a dash or a dot, which names of KQL have not.
func FoundFor(table string) Found {
	if strings.ContainsAny(table, "-.") {
		return Elastic
	}
	return Sentinel
}

// time is the column that is the time, unless a mapping names another.
func (f Found) time() string {
	if f == Elastic {
		return "@timestamp"
	}
	return "TimeGenerated"
}

// typeOf is the type of a column whose values are of these kinds.
func (f Found) typeOf(name string, k Kinds) column.Type {
	if f == Sentinel {
		if t, ok := ofEnding(name); ok {
			return t
		}
	}
	switch k &^ Blanks {
	case Switches:
		return column.Bool
	case Wholes:
		return column.Long
	case Fractions, Fractions | Wholes:
		return column.Double
	case Moments:
		return column.Time
	case Addresses:
		if f == Elastic && namesAddress(name) {
			return column.IP
		}
	case Trees:
		if f == Sentinel {
			return column.Dynamic
		}
	}
	return column.String
}

// namesAddress tells whether Elastic's schema calls addresses so: many other fields happen to hold nothing but addresses and are keywords.
func namesAddress(name string) bool {
	leaf := name[strings.LastIndexByte(name, '.')+1:]
	return leaf == "ip" || strings.HasSuffix(leaf, "_ip")
}

// ofEnding is the type of a column that Log Analytics has named after its type.
func ofEnding(name string) (column.Type, bool) {
	if len(name) < 3 || name[len(name)-2] != '_' {
		return 0, false
	}
	switch name[len(name)-1] {
	case 's', 'g':
		return column.String, true
	case 'd':
		return column.Double, true
	case 'b':
		return column.Bool, true
	case 't':
		return column.Time, true
	}
	return 0, false
}

// mixed names the kinds of a column that have no type in common but the text; "" where they have one.
func (f Found) mixed(k Kinds) string {
	var list []string
	for _, x := range []struct {
		k    Kinds
		name string
	}{{Switches, "booleans"}, {Wholes | Fractions, "numbers"}, {Moments, "times"}, {Trees, "objects or lists"}, {Addresses | plainTexts, "texts"}} {
		if k&x.k != 0 && k&x.k != Blanks {
			list = append(list, x.name)
		}
	}
	if len(list) < 2 || k&(Switches|Wholes|Fractions) == 0 { // texts of several looks are texts
		return ""
	}
	return strings.Join(list, " and ")
}
