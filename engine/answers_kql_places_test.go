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

		{`print geo_geohash_to_polygon("dr5ru").coordinates, geo_geohash_to_polygon("a")`, "print_0 print_1",
			"[[[-74.00390625,40.7373046875],[-73.9599609375,40.7373046875],[-73.9599609375,40.78125],[-74.00390625,40.78125],[-74.00390625,40.7373046875]]]|null"},

		// Cells of the other grid: every face, the finest and the widest, tokens that are none.
		{`print geo_point_to_s2cell(-80.195829, 25.802215, 8), geo_point_to_s2cell(10.3579, 53, 8), geo_point_to_s2cell(10.6842, 53, 8), geo_point_to_s2cell(1, 1), geo_point_to_s2cell(0, 0, 30)`,
			"print_0 print_1 print_2 print_3 print_4", "88d9b|47b1d|47ae3|1001444|1000000000000001"},
		{`print geo_point_to_s2cell(300, 1, 8), geo_point_to_s2cell(1, 1, 31), geo_point_to_s2cell(1, 1, -1), geo_point_to_s2cell(1, 1, int(null)), geo_point_to_s2cell(real(null), 1)`,
			"print_0 print_1 print_2 print_3 print_4", "||||"},
		{`datatable(x:real, y:real)[0, 0, 90, 0, 0, 90, 180, 0, -90, 0, 0, -90] | extend t = geo_point_to_s2cell(x, y, 0), c = geo_s2cell_to_central_point(geo_point_to_s2cell(x, y, 0)).coordinates
		  | project t, lon = round(todouble(c[0]), 9), lat = round(todouble(c[1]), 9)`, "t lon lat", "1|0.0|0.0\n3|90.0|0.0\n5|0.0|90.0\n7|180.0|0.0\n9|-90.0|0.0\nb|0.0|-90.0"},
		{`range n from 0 to 29 step 1 | extend t = geo_point_to_s2cell(toreal(n * 11 - 170), toreal(n * 5 - 80), int(14)) | extend c = geo_s2cell_to_central_point(t).coordinates
		  | where geo_point_to_s2cell(todouble(c[0]), todouble(c[1]), 14) == t and geo_distance_2points(todouble(c[0]), todouble(c[1]), toreal(n * 11 - 170), toreal(n * 5 - 80)) < 500 | count`, "Count", "30"},
		{`print c = geo_s2cell_to_central_point("1234567").coordinates | project round(todouble(c[0]), 9), round(todouble(c[1]), 9), geo_s2cell_to_central_point("a"), geo_s2cell_to_central_point(""), geo_s2cell_to_polygon("x"), geo_s2cell_to_polygon("d"), geo_s2cell_to_polygon("12345678123456781")`,
			"c_0 c_1 Column1 Column2 Column3 Column4 Column5", "9.868307319|27.468392926|null|null|null|null|null"},
		{`print p = geo_s2cell_to_polygon("89c259") | project p.type, array_length(p.coordinates[0]), p = p.coordinates[0] | mv-expand p | project round(todouble(p[0]), 9), round(todouble(p[1]), 9)`, "p_0 p_1",
			"-74.03001225|40.801268434\n-74.03001225|40.722226292\n-73.935982114|40.70888049\n-73.935982114|40.787917135\n-74.03001225|40.801268434"},

		// Lines: an edge that two share is there once; a place beside an edge and one beyond its end.
		{`print l = dynamic({"type": "LineString", "coordinates": [[-73.95807266235352, 40.800426144169315], [-73.94966125488281, 40.79691751000055], [-73.97317886352539, 40.764486356930334]]}) | project round(geo_line_length(l), 6)`, "Column1", "4922.48017"},
		{`print round(geo_line_length(dynamic({"type": "MultiLineString", "coordinates": [[[0, 0], [1, 0], [2, 0]], [[2, 0], [1, 0]], [[5, 5], [5, 6]]]})) / geo_distance_2points(0, 0, 1, 0), 9)`, "print_0", "3.0"},
		{`print geo_line_length(dynamic({"type": "LineString", "coordinates": [[1, 1]]})), geo_line_length(dynamic({"type": "LineString", "coordinates": [[0, 0], [180, 0]]})), geo_line_length(dynamic({"type": "Point", "coordinates": [1, 1]})), geo_line_length(dynamic(null)), geo_line_length(dynamic({"type": "MultiLineString", "coordinates": []}))`,
			"print_0 print_1 print_2 print_3 print_4", "null|null|null|null|null"},
		{`print road = dynamic({"type": "LineString", "coordinates": [[-115.183289, 36.175007], [-115.192612, 36.176736], [-115.202485, 36.173439]]}) | project round(geo_distance_point_to_line(-115.199625, 36.210419, road), 6),
		  round(geo_distance_point_to_line(0, 1, dynamic({"type": "LineString", "coordinates": [[0, 3], [0, 2]]})) / geo_distance_2points(0, 1, 0, 2), 9), geo_distance_point_to_line(300, 3, road), geo_distance_point_to_line(1, 1, dynamic({"type": "LineString"}))`,
			"Column1 Column2 Column3 Column4", "3797.888873|1.0|null|null"},

		// Directions, with the clock from north; there is none to the same place or to the other end.
		{`print round(geo_azimuth(5, 10, 10, -40), 9), geo_azimuth(5, 10, 5, 10), geo_azimuth(5, 10, -175, -10), round(degrees(geo_azimuth(0, 0, -10, 0)), 9), geo_azimuth(0, 0, 0, 10)`,
			"print_0 print_1 print_2 print_3 print_4", "3.054599398|null|null|270.0|0.0"},
		{`print round(geo_angle(0, 10, 0, 5, 3, -10), 9), geo_angle(0, 10, 0, 10, 3, -10), round(degrees(geo_angle(0, -1, 0, 0, 1, 0)), 6), round(degrees(geo_angle(0, 1, 0, 0, 1, 0)), 6)`,
			"print_0 print_1 print_2 print_3", "2.944938434|null|270.0|90.0"},

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
