// Package column holds the engine's data: typed vectors with nulls and multi-values, and batches of them.
//
// A vector is one column of up to a few thousand rows. Its values lie in one slice of the kind its type is stored as,
// so that operators are loops over slices and never an interface call per row.
package column

// Type is the type of a column or an expression, in either language.
type Type uint8

// The types. Two languages share one where the values are the same; the comment names each language's word for it.
const (
	Null           Type = iota // ES|QL null: a column of nothing but nulls
	Bool                       // boolean, bool
	Int                        // ES|QL integer, KQL int: 32 bits
	Long                       // long: 64 bits
	ULong                      // ES|QL unsigned_long: the bits of a uint64
	Double                     // double, real
	Decimal                    // KQL decimal, kept as a double
	String                     // keyword, string
	Text                       // ES|QL text
	Time                       // ES|QL date, KQL datetime: ticks of 100 ns since the Unix epoch (see time.go)
	Nanos                      // ES|QL date_nanos: ns since the Unix epoch
	Duration                   // ES|QL time_duration, KQL timespan: ticks of 100 ns
	Period                     // ES|QL date_period: months<<32 | days
	IP                         // ES|QL ip, in canonical text
	Version                    // ES|QL version
	GUID                       // KQL guid, lower case text
	Dynamic                    // KQL dynamic: a decoded JSON value (see dynamic.go)
	Unsupported                // a field that is of different types in different tables
	GeoPoint                   // ES|QL geo_point: a place on the earth, as well-known text in canonical form
	GeoShape                   // ES|QL geo_shape: any figure on the earth, likewise
	CartesianPoint             // ES|QL cartesian_point: a place on a plane, likewise
	CartesianShape             // ES|QL cartesian_shape: any figure on a plane, likewise
)

// Kind is how the values of a type are stored.
type Kind uint8

// The kinds: which slice of a Vector holds the values.
const (
	NoKind Kind = iota // Null: no values at all
	IntKind
	FloatKind
	StringKind
	AnyKind
)

var kinds = [...]Kind{
	Null: NoKind, Bool: IntKind, Int: IntKind, Long: IntKind, ULong: IntKind, Double: FloatKind, Decimal: FloatKind,
	String: StringKind, Text: StringKind, Time: IntKind, Nanos: IntKind, Duration: IntKind, Period: IntKind,
	IP: StringKind, Version: StringKind, GUID: StringKind, Dynamic: AnyKind, Unsupported: NoKind,
	GeoPoint: StringKind, GeoShape: StringKind, CartesianPoint: StringKind, CartesianShape: StringKind,
}

// Kind is how values of the type are stored.
func (t Type) Kind() Kind { return kinds[t] }

var typeNames = [...]string{
	Null: "null", Bool: "boolean", Int: "integer", Long: "long", ULong: "unsigned_long", Double: "double", Decimal: "decimal",
	String: "keyword", Text: "text", Time: "date", Nanos: "date_nanos", Duration: "time_duration", Period: "date_period",
	IP: "ip", Version: "version", GUID: "guid", Dynamic: "dynamic", Unsupported: "unsupported",
	GeoPoint: "geo_point", GeoShape: "geo_shape", CartesianPoint: "cartesian_point", CartesianShape: "cartesian_shape",
}

// String is the type's name in ES|QL, or in KQL where only KQL has it.
func (t Type) String() string { return typeNames[t] }

// Field is a column's name and type.
type Field struct {
	Name string
	Type Type
}
