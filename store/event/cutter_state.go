package event

// Where a file that is one long list was left: what is open there, so that its records are gone on with in the middle.

// Level is a list or an object that is open in a place.
type Level struct {
	List   bool  `json:",omitempty"`
	Tables int   `json:",omitempty"` // 1 in the list of an answer's tables, 2 in a table
	Form   *Form `json:",omitempty"` // of the elements, where they are not the records themselves
	Lists  int   `json:",omitempty"` // lists of records found in this object
}

// state says what is open behind the last cut; not ok where records cannot be gone on with there.
func (c *cutter) state() (*Form, bool) {
	if c.resync || c.huge != "" || c.over {
		return nil, false
	}
	f := &Form{Kind: Values, Single: c.single}
	for _, l := range c.stack {
		if !l.list && l.from >= c.mark {
			break // its bracket is not cut yet: it is opened again
		}
		f.Open = append(f.Open, Level{l.list, l.tables, l.form, l.lists})
	}
	return f, !c.single || len(f.Open) > 0
}

// goOn takes up where a file was left.
func (c *cutter) goOn(f *Form) {
	c.single, c.begun = f.Single, f.Single
	for _, l := range f.Open {
		c.stack = append(c.stack, level{list: l.List, tables: l.Tables, form: l.Form, lists: l.Lists, from: -1})
	}
}
