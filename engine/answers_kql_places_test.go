package engine_test

import "testing"

// TestKQLPlaces asks for places, units and what is near to what.
func TestKQLPlaces(t *testing.T) {
	answerKQL(t, []kqlAnswer{
		// A degree of the equator; half of the way round; places that are none.
		{`print round(geo_distance_2points(10, 0, 11, 0), 3), round(geo_distance_2points(0, 90, 0, -90) / pi(), 3), geo_distance_2points(0, 91, 0, 0), geo_distance_2points(real(null), 1, 2, 3)`,
			"print_0 print_1 print_2 print_3", "111195.101|6371010.0|null|null"},
		{`print geo_point_in_circle(10, 0, 11, 0, 111196), geo_point_in_circle(10, 0, 11, 0, 111195), geo_point_in_circle(179.9, 0, -179.9, 0, 23000), geo_point_in_circle(0, 0, 0, 0, -1)`,
			"print_0 print_1 print_2 print_3", "True|False|True|null"},
		{`let square = dynamic({"type": "Polygon", "coordinates": [[[170, -10], [-170, -10], [-170, 10], [170, 10], [170, -10]], [[175, -5], [175, 5], [-175, 5], [-175, -5], [175, -5]]]});
		  datatable(x:real, y:real)[172, 0, 180, 0, 8, 0, -171, 9, 169, 0] | summarize make_list(geo_point_in_polygon(x, y, square))`, "list_", "[true,false,false,true,false]"},
		{`let two = dynamic({"type": "MultiPolygon", "coordinates": [[[[0, 0], [1, 0], [1, 1], [0, 0]]], [[[5, 5], [5, 6], [6, 6], [5, 5]]]]});
		  print geo_point_in_polygon(0.8, 0.5, two), geo_point_in_polygon(5.2, 5.8, two), geo_point_in_polygon(3, 3, two), geo_point_in_polygon(3, 91, two)`,
			"print_0 print_1 print_2 print_3", "True|True|False|null"},
		{`print geo_point_in_polygon(0, 0, dynamic({"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1]]]})), geo_point_in_polygon(0, 0, dynamic({"type": "Point"})), geo_point_in_polygon(0, 0, dynamic(null))`,
			"print_0 print_1 print_2", "null|null|null"},
		{`print geo_point_to_geohash(13.4, 52.5), geo_point_to_geohash(13.4, 52.5, 9), geo_point_to_geohash(13.4, 52.5, 19), geo_point_to_geohash(181, 0)`, "print_0 print_1 print_2 print_3", "u33d8|u33d8vmdd||"},
		{`print c = geo_geohash_to_central_point("U3") | project c.type, c.coordinates[0], c.coordinates[1], geo_geohash_to_central_point("a"), geo_geohash_to_central_point("")`,
			"c_type c_coordinates_0 c_coordinates_1 Column1 Column2", "Point|16.875|53.4375|null|null"},

		// Units: by size, degrees by where they begin, what is no unit of that kind.
		{`print convert_length(2, "Kilometer", "Meter"), convert_mass(1, "Pound", "Gram"), convert_volume(1, "UsGallon", "Liter"), convert_speed(36, "KilometerPerHour", "MeterPerSecond"), convert_angle(30, "Arcminute", "Degree")`,
			"print_0 print_1 print_2 print_3 print_4", "2000.0|453.59237|3.785411784|10.0|0.5"},
		{`print round(convert_temperature(100, "DegreeCelsius", "DegreeFahrenheit"), 9), round(convert_temperature(0, "DegreeDelisle", "DegreeCelsius"), 9), round(convert_temperature(33, "DegreeNewton", "DegreeRoemer"), 9), round(convert_temperature(80, "DegreeReaumur", "DegreeRankine"), 9)`,
			"print_0 print_1 print_2 print_3", "212.0|100.0|60.0|671.67"},
		{`print convert_energy(1, "KilowattHour", "Megajoule"), convert_force(1, "Kilonewton", "Newton"), convert_energy(1, "Meter", "Joule"), convert_length(real(null), "Meter", "Foot"), convert_length(1, "meter", "Foot")`,
			"print_0 print_1 print_2 print_3 print_4", "3.6|1000.0|null|null|null"},

		{`print levenshtein("kitten", "sitting"), levenshtein("", "äö"), string_similarity("abcd", "abcx"), string_similarity("", "a"), datetime_to_iso(datetime(2024-02-03 04:05:06))`,
			"print_0 print_1 print_2 print_3 print_4", "3|2|0.75|0.0|2024-02-03T04:05:06.0000000"},
		{`datatable(x:long)[1, 2] | summarize cnt(), n = cnt()`, "cnt_ n", "2|2"},
		{`print parseurlquery("a=1")`, "print_0", `{"Query Parameters":{"a":"1"}}`},

		// A machine for each partition, in the order that is said or that the rows have.
		{`datatable(g:string, v:long)["a", 3, "b", 2, "a", 1] | scan partition by g order by v asc declare (sum:long = 0) with (step s: true => sum = s.sum + v;) | sort by g asc, v asc`,
			"g v sum", "a|1|1\na|3|4\nb|2|2"},
		{`datatable(g:string, v:long)["a", 3, "b", 2, "a", 1] | sort by v asc | scan partition by g declare (n:long) with (step s: true => n = coalesce(s.n, 0) + 1;) | sort by v asc`,
			"g v n", "a|1|1\nb|2|1\na|3|2"},
	})
}
