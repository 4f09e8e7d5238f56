package event

import (
	"casebook/engine/column"
)

// Details is one record with everything that its views can show of it.
type Details struct {
	Event    Event
	Raw      []byte
	source   string // whose record it is
	glanced  bool   // the event was not decoded yet
	tree     *column.Object
	laid     any // the tree as the view lays it out, once somebody asked
	siblings Siblings
	mapping  *Mapping // of a mapped table's record
	row      *row     // the record's top level, once something below it was asked for
}

// Detail decodes a record again for its details. raw is what Record.Raw was; siblings may be nil.
func Detail(raw []byte, siblings Siblings) (*Details, error) {
	d := Decoder{siblings: siblings, block: &Block{}}
	x := &Details{Raw: raw, siblings: siblings}
	if why := d.record(raw, &x.Event); why != nil {
		return nil, why
	}
	d.settle(&x.Event)
	d.keys.only(&x.Event)
	x.source = x.Event.Source
	x.root()
	return x, nil
}

// Glance is Detail of a record of a known source for columns that are FromRaw, of which little is decoded until it is asked for. Their
// values are no views of raw, whose memory may be used again.
func Glance(source string, raw []byte, siblings Siblings) (*Details, error) {
	if s := (scanner{b: raw}); s.peek() != '{' {
		return nil, &Reject{CodeUnknown, "its bytes are not what they were: they are no record"}
	}
	return &Details{Raw: raw, siblings: siblings, source: source, glanced: true}, nil
}

// event is the record's event; the zero one where its bytes are no longer a record.
func (x *Details) event() *Event {
	if x.glanced {
		d := Decoder{siblings: x.siblings, block: &Block{}}
		x.glanced = false
		if why := d.record(x.Raw, &x.Event); why != nil {
			x.Event = Event{}
		}
		d.settle(&x.Event)
	}
	return &x.Event
}

// root is the tree of the whole record.
func (x *Details) root() *column.Object {
	if x.tree == nil {
		tree, _ := Tree(x.Raw)
		if x.tree, _ = tree.(*column.Object); x.tree == nil {
			x.tree = column.NewObject()
		}
	}
	return x.tree
}

// at is the value below a path of keys of the record; nil where there is no path.
func (x *Details) at(path ...string) any {
	if len(path) == 0 {
		return nil
	}
	if x.tree != nil {
		return at(x.tree, path...)
	}
	tree, _ := Tree(x.span(path...))
	return tree
}

// span is the text of the value below a path of one key or more of the record; nil where there is none. The record is passed over once, however many
// columns ask.
func (x *Details) span(path ...string) []byte {
	if x.row == nil {
		from, to := trim(x.Raw, 0, len(x.Raw))
		x.row = &row{members: make([]member, 0, 32)}
		if s := (scanner{b: x.Raw[from:to], checked: true}); s.peek() == '{' {
			x.row.read(&s)
		}
	}
	return inner(x.row.get(path[0]), path[1:]...)
}

// Value is a column's value, as column.Vector.Value gives it: nil for null, []any for several values.
func (x *Details) Value(t *Table, c *Column) any {
	if !c.Has(x.Event.Source) {
		return nil
	}
	switch c.From {
	case Constant:
		return c.Text
	case FromSlot:
		return x.slot(t, c)
	case FromSmall:
		return x.small(c)
	}
	return details[x.source](x, c)
}

// details decode a FromRaw column from a record, by source.
var details = map[string]func(*Details, *Column) any{
	Bedrock: bedrockDetail, Azure: azureDetail, Gateway: gatewayDetail, GatewayLLM: llmDetail, CloudTrail: cloudtrailDetail, OpenAI: agentDetail, Agent: agentDetail,
	OpenAIAudit: auditDetail,
}

func (x *Details) slot(t *Table, c *Column) any {
	if c.Slot.IsText() {
		if text := x.Event.Text(c.Slot); text != "" {
			return text
		}
		return nil
	}
	n := x.Event.Number(c.Slot)
	switch {
	case !n.Set:
		return nil
	case c.Slot == Time:
		return t.Ticks(n.Int)
	case c.Type == column.Double:
		return float64(n.Int)
	}
	return n.Int
}

func (x *Details) small(c *Column) any {
	source, _ := SourceOf(x.source)
	if x.mapping != nil {
		source = x.mapping.source
	}
	at := source.Place(c.Name)
	for _, v := range x.Event.Values {
		if v.Field == at && c.Loose {
			value, _ := Tree([]byte(v.Text))
			return Fit(value, c.Type)
		} else if v.Field == at {
			return v.Any(c.Type)
		}
	}
	return nil
}

// Any is the value as column.Vector.Value gives it, for a field of that type.
func (v *Value) Any(t column.Type) any {
	switch t {
	case column.Bool:
		return v.Int != 0
	case column.Double:
		return v.Float
	case column.Dynamic:
		tree, _ := Tree([]byte(v.Text))
		return tree
	case column.String, column.Text, column.IP:
		return texts(v.Many)
	}
	return v.Int
}

// texts is a keyword of one or several values.
func texts(many []string) any {
	switch len(many) {
	case 0:
		return nil
	case 1:
		return many[0]
	}
	list := make([]any, len(many))
	for i, s := range many {
		list[i] = s
	}
	return list
}

// at is the value below a path of keys of a tree; nil when there is none.
func at(tree any, path ...string) any {
	for _, key := range path {
		tree = object(tree).Value(key)
	}
	return tree
}

// as makes a decoded JSON value fit a column: texts stay texts, numbers become texts where a keyword is wanted, lists become
// several values. What does not fit is null.
func as(value any, t column.Type) any {
	if list, ok := value.([]any); ok && t != column.Dynamic {
		var many []any
		for _, x := range list {
			switch x := as(x, t).(type) {
			case nil:
			case []any:
				many = append(many, x...)
			default:
				many = append(many, x)
			}
		}
		if len(many) < 2 {
			if len(many) == 1 {
				return many[0]
			}
			return nil
		}
		return many
	}
	switch t {
	case column.Dynamic:
		return dynamic(value)
	case column.String, column.Text:
		return asText(value)
	case column.Int, column.Long:
		return asWhole(value)
	case column.Double:
		return asDouble(value)
	case column.Bool:
		return asBool(value)
	case column.Time:
		return asTime(value)
	case column.IP:
		return asIP(value)
	}
	return nil
}

// Named is a field of a view with its value.
type Named struct {
	column.Field
	Value any
}

// Fields lists what a view shows of the record, in the view's order, without what is absent and without the raw record.
func (x *Details) Fields(t *Table) []Named {
	var fields []Named
	for i := range t.Columns {
		c := &t.Columns[i]
		if c.Field.Name == "event.original" {
			continue
		}
		if v := x.Value(t, c); v != nil {
			fields = append(fields, Named{c.Field, v})
		}
	}
	return fields
}
