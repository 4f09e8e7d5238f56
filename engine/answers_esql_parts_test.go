package engine_test

import "testing"

// TestESQLRegisteredDomain: what somebody registered, below the suffixes of the public list, and what is no name of a domain.
func TestESQLRegisteredDomain(t *testing.T) {
	const columns = `d.domain:keyword, d.registered_domain:keyword, d.top_level_domain:keyword, d.subdomain:keyword
		`
	answerESQL(t, []esqlAnswer{
		{`ROW fqdn = "www.example.co.uk" | REGISTERED_DOMAIN d = fqdn | KEEP d.*`, columns + `"www.example.co.uk", "example.co.uk", "co.uk", "www"`},
		{`ROW a = ["x.y.example.com", "example.com", "com", "co.uk", "a.b.ck", "www.ck", "a.github.io"] | MV_EXPAND a | REGISTERED_DOMAIN d = a | DROP a`, columns +
			`"x.y.example.com", "example.com", "com", "x.y"
			"example.com", "example.com", "com", null
			"com", null, "com", null
			"co.uk", null, "co.uk", null
			"a.b.ck", "a.b.ck", "b.ck", null
			"www.ck", "www.ck", "ck", null
			"a.github.io", "github.io", "io", "a"`},
		{`ROW a = ["a.公司.cn", "b.a.xn--55qx5d.cn", "WWW.Example.com", "10.0.0.1", "::1", "printer1", "a.nosuchsuffix", "example.com.", ".example.com", "."] | MV_EXPAND a | REGISTERED_DOMAIN d = a | KEEP d.registered_domain, d.subdomain`, `d.registered_domain:keyword, d.subdomain:keyword
			"a.公司.cn", null
			"a.xn--55qx5d.cn", "b"
			"example.com", null
			null, null
			null, null
			null, null
			null, null
			null, null
			null, null
			null, null
			# warning: Line 1:163: evaluation of [REGISTERED_DOMAIN d = a] failed, treating result as null. Only first 20 failures recorded.
			# warning: Line 1:163: java.lang.IllegalArgumentException: Invalid domain [10.0.0.1]
			# warning: Line 1:163: java.lang.IllegalArgumentException: Invalid domain [::1]
			# warning: Line 1:163: java.lang.IllegalArgumentException: Invalid domain [printer1]
			# warning: Line 1:163: java.lang.IllegalArgumentException: Invalid domain [a.nosuchsuffix]
			# warning: Line 1:163: java.lang.IllegalArgumentException: Invalid domain [example.com.]
			# warning: Line 1:163: java.lang.IllegalArgumentException: Invalid domain [.example.com]
			# warning: Line 1:163: java.lang.IllegalArgumentException: Invalid domain [.]`},
		{`ROW a = ["x.com", "y.com"], n = null | REGISTERED_DOMAIN d = a | REGISTERED_DOMAIN e = n | KEEP d.domain, e.domain`, `d.domain:keyword, e.domain:keyword
			null, null
			# warning: Line 1:40: evaluation of [REGISTERED_DOMAIN d = a] failed, treating result as null. Only first 20 failures recorded.
			# warning: Line 1:40: java.lang.IllegalArgumentException: single-value function encountered multi-value`},
		{`FROM calls | REGISTERED_DOMAIN d = CONCAT(model, ".", user, ".example.org") | STATS n = COUNT(*) BY d.subdomain | SORT d.subdomain | LIMIT 2`, `n:long, d.subdomain:keyword
			1, "large.ana"
			1, "large.ben"`},
	})
}

// TestESQLOtherCase: some letters are several in capitals, and a sigma is small in two ways.
func TestESQLOtherCase(t *testing.T) {
	answerESQL(t, []esqlAnswer{
		{`ROW a = ["straße", "ﬁx", "plain"], b = "ΑΣ ΣΑΣ" | EVAL a = TO_UPPER(a), b = TO_LOWER(b), c = TO_LOWER("İ") == "i̇", d = TO_UPPER("strasse") == TO_UPPER("Straße")`, `a:keyword, b:keyword, c:boolean, d:boolean
			["STRASSE", "FIX", "PLAIN"], "ας σας", true, true`},
		{`FROM calls | WHERE TO_UPPER(CONCAT("ß", model)) LIKE "*SSLARGE*" AND TO_UPPER(CONCAT(user, "ß")) == "ANASS" | STATS n = COUNT(*)`, `n:long
			1`},
	})
}

// TestESQLURIParts: what is a URI, and what is still read as a URL; escaped bytes are read in all parts, and a host has to be one.
func TestESQLURIParts(t *testing.T) {
	answerESQL(t, []esqlAnswer{
		{`ROW u = ["http://host", "HTTP://Example.COM/a.B/c", "http://my_host:80/x.y", "mailto:ana@example.com", "http://[::1]:9200/", "/a/b.tar.gz?x#y", "c.txt", "http://user@h/%41?q=%C3%A9", "http://h/a b?x={1}", "http://a.1/", "http://10.0.0.1:99999999999/", "urn:isbn:1", "//h/p", "http:?q"] | MV_EXPAND u | URI_PARTS p = u
			| KEEP p.scheme, p.domain, p.port, p.path, p.extension, p.query, p.fragment, p.user_info, p.username`,
			`p.scheme:keyword, p.domain:keyword, p.port:integer, p.path:keyword, p.extension:keyword, p.query:keyword, p.fragment:keyword, p.user_info:keyword, p.username:keyword
			"http", "host", null, "", null, null, null, null, null
			"HTTP", "Example.COM", null, "/a.B/c", null, null, null, null, null
			"http", null, null, "/x.y", "y", null, null, null, null
			"mailto", null, null, null, null, null, null, null, null
			"http", "[::1]", 9200, "/", null, null, null, null, null
			null, null, null, "/a/b.tar.gz", "gz", "x", "y", null, null
			null, null, null, "c.txt", null, null, null, null, null
			"http", "h", null, "/A", null, "q=é", null, "user", null
			"http", "h", null, "/a b", null, "x={1}", null, null, null
			"http", null, null, "/", null, null, null, null, null
			"http", null, null, "/", null, null, null, null, null
			"urn", null, null, null, null, null, null, null, null
			null, "h", null, "/p", null, null, null, null, null
			"http", null, null, null, null, null, null, null, null`},
		{`ROW u = ["foo bar", "http://", "1a:b", "http://h/%4", "http://a@b@c d/"] | MV_EXPAND u | URI_PARTS p = u | KEEP p.scheme, p.domain, p.path`, `p.scheme:keyword, p.domain:keyword, p.path:keyword
			null, null, null
			"http", "", ""
			null, null, null
			"http", "h", "/%4"
			null, null, null
			# warning: Line 1:90: evaluation of [URI_PARTS p = u] failed, treating result as null. Only first 20 failures recorded.
			# warning: Line 1:90: java.lang.IllegalArgumentException: unable to parse URI [foo bar]
			# warning: Line 1:90: java.lang.IllegalArgumentException: unable to parse URI [1a:b]
			# warning: Line 1:90: java.lang.IllegalArgumentException: unable to parse URI [http://a@b@c d/]`},
	})
}
