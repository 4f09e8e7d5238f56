package kql

import (
	"casebook/engine/column"
	"casebook/engine/plan"
)

// scanOp runs one state machine over ordered rows, or one over the rows of each partition.
func (b *binder) scanOp(s *scope, rel *relation, o *opScan) *relation {
	if len(o.by) == 0 {
		return b.machine(s, rel, o)
	}
	for _, opt := range o.options {
		if opt.name == "with_match_id" {
			b.errorf(opt.at, "scan with with_match_id and partition by is not supported").WithHint("how matches are numbered across partitions is not specified")
			return nil
		}
	}
	r := &row{scope: s, cols: rel.cols()}
	apply := &plan.Apply{Input: rel.node, Given: &plan.Given{}}
	for _, x := range o.by {
		key := b.scalar(r, x)
		if key == nil {
			return nil
		}
		if key.Type() == column.Dynamic {
			b.errorf(x.place(), "a dynamic value cannot be a key").WithHint("cast it: tostring(…)")
			return nil
		}
		apply.By = append(apply.By, key)
	}
	apply.Given.Out, apply.Given.At, apply.Given.Hidden = rel.cols(), o.span, true
	body := b.machine(s, &relation{node: apply.Given, ordered: rel.ordered}, o)
	if body == nil {
		return nil
	}
	apply.Body, apply.Out, apply.At = body.node, body.cols(), o.span
	return &relation{node: apply}
}

// machine is a state machine over ordered rows. A step's expressions see the row, the declared columns, and the state of each
// step under its name.
func (b *binder) machine(s *scope, rel *relation, o *opScan) *relation {
	if len(o.order) > 0 {
		if rel = b.sort(s, rel, o.order, o.span, true); rel == nil {
			return nil
		}
	}
	if !rel.ordered {
		b.errorf(o.span, "scan needs ordered rows").WithHint("sort them first, or use serialize")
		return nil
	}
	cols := rel.cols()
	n := &plan.Steps{Input: rel.node, Match: -1}
	n.At = o.span
	out := append([]column.Field{}, cols...)
	for _, d := range o.declare {
		if d.tabular || d.anything || indexOf(out, d.name) >= 0 {
			b.errorf(d.at, "a column '%s' is already there", d.name)
			return nil
		}
		var v plan.Expr = lit(d.typ, nil, d.at)
		if d.value != nil {
			if v = b.scalar(&row{scope: s, constant: true}, d.value); v == nil {
				return nil
			}
			if v = b.cast(v, d.typ, true); v == nil {
				b.errorf(d.at, "the default of '%s' is no %s", d.name, typeWord(d.typ))
				return nil
			}
		}
		f := column.Field{Name: d.name, Type: d.typ}
		n.Declared, n.Defaults, out = append(n.Declared, f), append(n.Defaults, v), append(out, f)
	}
	for _, opt := range o.options {
		if w := b.word(opt); opt.name == "with_match_id" {
			n.Match = len(out)
			out = append(out, column.Field{Name: w, Type: column.Long})
		} else {
			b.errorf(opt.at, "the option '%s' of scan is not supported", opt.name)
			return nil
		}
	}
	n.Out = out
	state := append(append([]column.Field{}, cols...), n.Declared...)
	seen := append([]column.Field{}, state...)
	steps := map[string]map[string]int{}
	for _, st := range o.steps {
		if steps[st.name] != nil {
			b.errorf(st.span, "a step '%s' is already there", st.name)
			return nil
		}
		places := map[string]int{}
		for _, f := range state {
			places[f.Name] = len(seen)
			seen = append(seen, column.Field{Name: "", Type: f.Type})
		}
		steps[st.name] = places
	}
	r := &row{scope: s, cols: seen, steps: steps}
	for _, st := range o.steps {
		step := plan.Step{Name: st.name}
		switch st.output {
		case "", "all":
		case "last":
			step.Output = plan.OutputLast
		case "none":
			step.Output = plan.OutputNone
		default:
			b.errorf(st.span, "unknown output '%s': all, last or none", st.output)
			return nil
		}
		if st.optional {
			b.errorf(st.span, "optional steps are not supported")
			return nil
		}
		if step.Cond = b.scalar(r, st.cond); step.Cond == nil {
			return nil
		}
		if step.Cond.Type() != column.Bool {
			b.errorf(st.cond.place(), "the condition must be a boolean, found %s", typeWord(step.Cond.Type()))
			return nil
		}
		for _, a := range st.assigns {
			if len(a.names) != 1 || indexOf(n.Declared, a.names[0]) < 0 {
				b.errorf(a.span(), "expected column = value, with a declared column")
				return nil
			}
			i := indexOf(n.Declared, a.names[0])
			x := b.scalar(r, a.x)
			if x == nil {
				return nil
			}
			if fit := b.cast(x, n.Declared[i].Type, true); fit != nil {
				x = fit
			} else {
				b.errorf(a.x.place(), "the column '%s' is a %s, found %s", a.names[0], typeWord(n.Declared[i].Type), typeWord(x.Type()))
				return nil
			}
			step.Assign = append(step.Assign, plan.Assign{Column: i, Expr: x})
		}
		n.Steps = append(n.Steps, step)
	}
	return &relation{node: n, ordered: true}
}
