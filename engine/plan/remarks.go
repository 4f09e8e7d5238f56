package plan

// Remarks are what a planner has to say of a plan that is good.
type Remarks struct {
	// Notices are for a person: a field is taken as null because no table has it.
	Notices []string
	// Assumed is what the plan takes for granted, in words that are the same for every query: a row was ingested when it happened.
	Assumed []string
	// Absent are the tables that nobody here has and that the query can do without.
	Absent []string
	// Found says that columns were found in what the tables hold, or by the clock: over other events the query has another plan.
	Found bool
}
