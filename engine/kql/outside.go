package kql

import "strings"

// What the language has and casebook has not: it is refused by its name, with the reason, and never called unknown.

// outside are functions.
var outside = reasons(map[string]string{
	"rand new_guid":  "a rule must answer the same twice",
	"external_table": "it reads from the network",
	"materialized_view entity_group stored_query_result cluster database current_cluster_endpoint current_database": "there is one store: name the table alone",
	"current_principal current_principal_details current_principal_is_member_of":                                    "there is no principal offline",
	"cursor_after cursor_before_or_at cursor_current current_cursor":                                                "there are no cursors",
	"extent_id extentid extent_tags current_node_id row_id rowstore_ordinal_range":                                  "there are no extents",
	"parse_user_agent":       "its patterns are not specified",
	"row_rank":               "use row_rank_dense or row_rank_min",
	"hash_many hash_combine": "how it puts hashes together is not specified",
	"series_periods_detect series_periods_validate":                               "how periods are scored is not specified",
	"ipv4_lookup ipv6_lookup":                                                     "it is a plugin: evaluate ipv4_lookup(…)",
	"graph all any map inner_nodes node_id node_degree_in node_degree_out labels": "there are no graphs",
	"hll_isvalid tdigest_isvalid __hll_normalize":                                 "how its second argument is read is not specified",
	"datetime_list_timezones":                                                     "the zones are those of the machine",
	"passthrough make_dictionary":                                                 "it is not documented",
	`geo_closest_point_on_line geo_closest_point_on_polygon geo_distance_point_to_polygon geo_from_wkt
	 geo_intersects_2lines geo_intersects_line_with_polygon geo_intersects_2polygons geo_intersection_2lines geo_intersection_line_with_polygon
	 geo_intersection_2polygons geo_union_polygons_array geo_simplify_polygons_array geo_union_lines_array geo_polygon_densify geo_polygon_area
	 geo_polygon_buffer geo_polygon_centroid geo_polygon_perimeter geo_polygon_simplify geo_line_buffer geo_line_centroid geo_line_densify
	 geo_line_simplify geo_line_locate_point geo_line_interpolate_point geo_point_buffer geo_geohash_neighbors`: "of geography there are distances to points and lines, lengths, directions, geo_point_in_circle, geo_point_in_polygon and cells",
	`geo_polygon_to_h3cells geo_polygon_to_s2cells geo_line_to_s2cells
	 geo_s2cell_neighbors geo_point_to_h3cell geo_h3cell_to_central_point geo_h3cell_to_polygon geo_h3cell_neighbors geo_h3cell_children geo_h3cell_parent
	 geo_h3cell_rings geo_h3cell_level`: "of grids there are geo_point_to_geohash and geo_point_to_s2cell",
})

// outsidePlugins are what evaluate can call elsewhere.
var outsidePlugins = reasons(map[string]string{
	"autocluster basket diffpatterns": "which patterns it finds is not specified",
	"sql_request mysql_request postgresql_request cosmosdb_sql_request http_request http_request_post azure_digital_twins_query_request dax_request": "casebook works without a network",
	"ai_embed_text ai_embeddings ai_chat_completion ai_chat_completion_prompt":                                                                       "it asks a hosted model, and casebook works without a network",
	"python r csharp": "rules run no code",
	"infer_storage_schema infer_storage_schema_with_suggestions external_datatable":       "it reads from the network",
	"execute_show_command execute_query identity identity_v3 preview estimate_rows_count": "there is no cluster",
	"geo_polygon_lookup geo_line_lookup":                                                  "use geo_point_in_polygon",
	`active_users_count activity_counts_metrics activity_engagement activity_metrics new_activity_metrics session_count funnel_sequence
	 funnel_sequence_completion sequence_detect rolling_percentile`: "which of its windows are left out is not specified: summarize, join and scan can say the same",
})

// reasons tells each name of a list its reason.
func reasons(lists map[string]string) map[string]string {
	out := map[string]string{}
	for names, reason := range lists {
		for _, n := range strings.Fields(names) {
			out[n] = reason
		}
	}
	return out
}
