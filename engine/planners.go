package engine

// planners are the front ends, by language.
var planners = map[Language]planner{}
