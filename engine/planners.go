package engine

import (
	"casebook/engine/esql"
	"casebook/engine/kql"
)

// planners are the front ends, by language.
var planners = map[Language]planner{
	ESQL: esql.Plan,
	KQL:  kql.Plan,
}
