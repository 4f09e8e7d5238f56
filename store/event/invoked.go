package event

import (
	"unsafe"

	"casebook/store/native"
)

// invoked makes an event of a Bedrock record that was read in a block's lines: one that stands in a line of its own, with nothing
// about it to remark on. It comes to the same as Decoder.bedrock of that line.
func (d *Decoder) invoked(v *native.Invocation, line int64) {
	from := int(v.Line.From)
	r := d.add(place{from, int(v.Line.To), line}, Accepted)
	r.Form, r.At, r.Size = d.block.form, d.block.Offset+int64(from), int64(v.Size)
	r.Raw = d.block.Data[from : from+int(v.Size)]
	e := &r.Event
	e.Account, e.User, e.Region = d.view(v.Account), d.view(v.Caller), d.view(v.Region)
	e.RequestID, e.Action, e.Model, e.Error = d.view(v.Request), d.view(v.Operation), d.view(v.Model), d.view(v.Error)
	e.PromptTokens, e.CompletionTokens = counted(v, native.Prompt), counted(v, native.Completion)
	d.scanner.reset(r.Raw)
	traces := d.invocation.answer.traces[:0]
	d.invocation = invocation{
		timestamp: d.view(v.Timestamp),
		request:   body{size: int(v.RequestSize), there: v.HasRequest()},
		answer: body{size: int(v.ResponseSize), there: v.HasResponse(), id: d.view(v.Response), finish: d.view(v.Finish),
			latency: counted(v, native.Latency), firstByte: counted(v, native.FirstByte), traces: traces},
	}
	e.Values = d.row.values[:0]
	d.finishBedrock(e)
	d.row.values = e.Values[:0]
	d.settle(e)
}

func (d *Decoder) view(p native.Place) string {
	if p.From == p.To {
		return ""
	}
	return unsafe.String(&d.block.Data[p.From], p.To-p.From)
}

func counted(v *native.Invocation, which int) Opt {
	n, ok := v.Count(which)
	return Opt{Int: n, Set: ok}
}
