package engine

import "casebook/engine/esql"

// planners are the front ends, by language.
var planners = map[Language]planner{
	ESQL: esql.Plan,
}
