package kql

// What each operator binds to. rel is nil for the operators that make a table of their own.

func (o *opCount) bind(b *binder, _ *scope, rel *relation) *relation {
	return b.countOp(rel, o)
}

func (o *opExternal) bind(b *binder, s *scope, _ *relation) *relation { return b.external(s, o) }
func (o *opDatatable) bind(b *binder, _ *scope, _ *relation) *relation {
	return b.datatable(o)
}

func (o *opDistinct) bind(b *binder, s *scope, rel *relation) *relation {
	return b.distinct(s, rel, o)
}

func (o *opEvaluate) bind(b *binder, s *scope, rel *relation) *relation {
	return b.evaluate(s, rel, o)
}

func (o *opExtend) bind(b *binder, s *scope, rel *relation) *relation {
	return b.extend(s, rel, o.items, o.span)
}

func (o *opFind) bind(b *binder, s *scope, _ *relation) *relation {
	return b.find(s, o)
}

func (o *opGetschema) bind(b *binder, _ *scope, rel *relation) *relation {
	return b.getschema(rel, o)
}

func (o *opInvoke) bind(b *binder, s *scope, rel *relation) *relation {
	return b.invoke(s, rel, o)
}

func (o *opJoin) bind(b *binder, s *scope, rel *relation) *relation {
	return b.join(s, rel, o)
}

func (o *opMakeSeries) bind(b *binder, s *scope, rel *relation) *relation {
	return b.makeSeries(s, rel, o)
}

func (o *opMvApply) bind(b *binder, s *scope, rel *relation) *relation {
	return b.mvApply(s, rel, o)
}

func (o *opMvExpand) bind(b *binder, s *scope, rel *relation) *relation {
	return b.mvExpand(s, rel, o)
}

func (o *opParse) bind(b *binder, s *scope, rel *relation) *relation {
	return b.parseOp(s, rel, o)
}

func (o *opParseKv) bind(b *binder, s *scope, rel *relation) *relation {
	return b.parseKv(s, rel, o)
}

func (o *opPartition) bind(b *binder, s *scope, rel *relation) *relation {
	return b.partition(s, rel, o)
}

func (o *opPick) bind(b *binder, _ *scope, rel *relation) *relation {
	return b.pickColumns(rel, o)
}

func (o *opPrint) bind(b *binder, s *scope, _ *relation) *relation {
	return b.print(s, o)
}

func (o *opProject) bind(b *binder, s *scope, rel *relation) *relation {
	return b.project(s, rel, o)
}

func (o *opProjectByNames) bind(b *binder, s *scope, rel *relation) *relation {
	return b.byNames(s, rel, o)
}

func (o *opProjectRename) bind(b *binder, _ *scope, rel *relation) *relation {
	return b.rename(rel, o)
}

func (o *opProjectReorder) bind(b *binder, _ *scope, rel *relation) *relation {
	return b.reorder(rel, o)
}

func (o *opRange) bind(b *binder, s *scope, _ *relation) *relation {
	return b.rangeOp(s, o)
}

func (o *opRender) bind(b *binder, _ *scope, rel *relation) *relation {
	b.notices = append(b.notices, "the rows are shown as a table: '"+b.file.Slice(o.span)+"' is left out")
	return rel
}

func (o *opSample) bind(b *binder, s *scope, rel *relation) *relation {
	return b.sample(s, rel, o)
}

func (o *opScan) bind(b *binder, s *scope, rel *relation) *relation {
	return b.scanOp(s, rel, o)
}

func (o *opSearch) bind(b *binder, s *scope, rel *relation) *relation {
	return b.search(s, rel, o)
}

func (o *opSerialize) bind(b *binder, s *scope, rel *relation) *relation {
	return b.extend(s, &relation{node: rel.node, ordered: true}, o.items, o.span)
}

func (o *opSort) bind(b *binder, s *scope, rel *relation) *relation {
	return b.sort(s, rel, o.keys, o.span, false)
}

func (o *opSummarize) bind(b *binder, s *scope, rel *relation) *relation {
	return b.summarize(s, rel, o)
}

func (o *opTake) bind(b *binder, s *scope, rel *relation) *relation {
	n, ok := b.howMany(s, o.n, "take", 0)
	if !ok {
		return nil
	}
	return b.limit(rel, n, o.span)
}

func (o *opTop) bind(b *binder, s *scope, rel *relation) *relation {
	return b.top(s, rel, o)
}

func (o *opTopHitters) bind(b *binder, s *scope, rel *relation) *relation {
	return b.topHitters(s, rel, o)
}

func (o *opTopNested) bind(b *binder, s *scope, rel *relation) *relation {
	return b.topNested(s, rel, o)
}

func (o *opUnion) bind(b *binder, s *scope, rel *relation) *relation {
	return b.union(s, rel, o)
}

func (o *opWhere) bind(b *binder, s *scope, rel *relation) *relation {
	return b.where(s, rel, o.cond, o.span)
}

// bind of an operator that could not be read says nothing more: its mistake has been told.
func (o *opFailed) bind(*binder, *scope, *relation) *relation { return failed(o.span) }

// bind of as does nothing: a pipeline gives its rows their name.
func (o *opAs) bind(_ *binder, _ *scope, rel *relation) *relation { return rel }
