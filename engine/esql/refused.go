package esql

import "strings"

// The functions that ES|QL has and casebook does not, and why.

const (
	geography = "it needs the grid or the geometry of a search index"
	search    = "it needs a search index"
	hosted    = "it asks a hosted model, and casebook works without a network"
	series    = "it stands behind TS alone, which reads time-series indices"
	metrics   = "it makes values that only time-series indices hold"
	vectors   = "it needs vectors"
	lambdas   = "it computes with each of several values by themselves; MV_EXPAND makes rows of them, and MV_LIKE, MV_RLIKE and MV_IN_RANGE ask for any"
	unwritten = "it is not part of the published language"
	ranges    = "it reads fields that hold ranges of dates; compare with both ends"
)

// refusedFunctions are functions that ES|QL has and casebook does not, with the reason.
var refusedFunctions = map[string]string{
	"categorize": "it needs machine learning", "chunk": "where words and sentences end stands in tables that are not specified",
	"decay": search, "embedding": hosted, "text_embedding": hosted, "extract_snippets": search,
	"field_extract": "it reads fields of the type flattened; JSON_EXTRACT(text, path) reads a text",
	"knn":           search, "score": search, "top_snippets": search,
	"rate": series, "irate": series, "increase": series, "delta": series, "idelta": series, "deriv": series, "sparkline": "it is a row of figures for a chart; STATS … BY BUCKET(…) gives a row each",
	"without": series, "range_contains": ranges, "range_max": ranges, "range_min": ranges,
	"range_within": ranges, "to_date_range": ranges, "to_range": ranges,
	"any_match": lambdas, "filter": lambdas, "map": lambdas, "term": search, "json_merge": unwritten, "json_remove": unwritten,
	"to_ascii":   "what it makes of a backslash is not specified",
	"to_counter": metrics, "to_exponential_histogram": metrics, "to_histogram": metrics, "to_tdigest": metrics,
	"to_aggregate_metric_double": metrics, "to_dense_vector": vectors, "v_cosine": vectors, "v_dot_product": vectors, "v_l1_norm": vectors,
	"v_l2_norm": vectors, "v_hamming": vectors, "v_magnitude": vectors,
	"to_geohash": geography, "to_geotile": geography, "to_geohex": geography, "st_buffer": geography, "st_extent_agg": geography,
	"st_geohash": geography, "st_geohash_to_long": geography, "st_geohash_to_string": geography, "st_geohex": geography,
	"st_geohex_to_long": geography, "st_geohex_to_string": geography, "st_geotile": geography, "st_geotile_to_long": geography,
	"st_geotile_to_string": geography, "st_geohash_to_geoshape": geography, "st_geohex_to_geoshape": geography, "st_geotile_to_geoshape": geography, "st_npoints": geography, "st_simplify": geography, "st_simplifypreservetopology": geography,
}

// whyRefused says why a function that ES|QL has is not here.
func whyRefused(name string) (why string, ok bool) {
	name = strings.ToLower(name)
	switch {
	case strings.HasSuffix(name, "_over_time"):
		return series, true
	}
	why, ok = refusedFunctions[name]
	return why, ok
}
