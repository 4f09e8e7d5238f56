package engine

import "casebook/engine/column"

// Params are the values of a query's named parameters: ?name in ES|QL, declare query_parameters(…) in KQL. Each vector has
// one row, which in ES|QL may hold several values.
type Params map[string]*column.Vector
