package esql

import (
	"strings"
	"testing"
	"time"
)

// What GROK and DISSECT take out of a text stands in it, and the same text gives the same again; a pattern is read in little time.

func FuzzGrok(f *testing.F) {
	f.Add("%{WORD:a} %{INT:b:int}", "x 7")
	f.Add("(?<a.b>[^,}]+)(?<c>.)?", "é,")
	f.Add("%{IP:ip}|%{GREEDYDATA:rest}", "10.0.0.1")
	f.Add("%{HTTPD_COMMONLOG}", `10.0.0.1 - ana [10/Oct/2024:13:55:36 -0700] "GET / HTTP/1.1" 200 2326`)
	f.Add("%{", "x")
	f.Fuzz(func(t *testing.T, pattern, text string) {
		if len(pattern) > longestFuzz || len(text) > longestFuzz {
			t.Skip()
		}
		defer soon(t, pattern)()
		g, err := newGrok(pattern)
		if err != nil {
			return
		}
		values, ok, err := g.extract(text)
		if err != nil || !ok {
			return
		}
		if len(values) != len(g.fields) {
			t.Errorf("%q has %d columns and gives %d", pattern, len(g.fields), len(values))
		}
		taken(t, pattern, text, values)
	})
}

func FuzzDissect(f *testing.F) {
	f.Add("%{a} - %{b->} %{?skipped} %{+a/2}", "1 - 2  3 4", "")
	f.Add("<%{a}>%{}x", "<é>x", "-")
	f.Add("%{a", "x", "")
	f.Fuzz(func(t *testing.T, pattern, text, separator string) {
		if len(pattern) > longestFuzz || len(text) > longestFuzz || len(separator) > 4 {
			t.Skip()
		}
		defer soon(t, pattern)()
		d, err := newDissect(pattern, separator)
		if err != nil {
			return
		}
		values, ok, err := d.Extract(text)
		if err != nil || !ok {
			return
		}
		if len(values) != len(d.names) {
			t.Errorf("%q has %d columns and gives %d", pattern, len(d.names), len(values))
		}
		if !strings.Contains(pattern, "%{+") {
			taken(t, pattern, text, values)
		}
	})
}

// FuzzKibana reads what stands in KQL("…"): mistakes have places inside the query around it.
func FuzzKibana(f *testing.F) {
	for _, s := range []string{`a: "x" and not (n >= 3 or ok: true)`, `a*: (x or "y z")`, `ip: "10.0.0.0/8"`, `a: {`, `not not a:*`, "a:\\"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > longestFuzz || strings.Contains(text, `"""`) || strings.ContainsAny(text, "\r\n") {
			t.Skip()
		}
		holds(t, `FROM t | WHERE KQL("""`+text+`""")`)
	})
}

// FuzzQueryString reads what stands in QSTR("…") in the same way.
func FuzzQueryString(f *testing.F) {
	for _, s := range []string{`a:"x" AND NOT (n:>=3 OR +ok:true)^2`, `a\*:(x "y z"~1)`, `n:[1 TO 5} -_exists_:b`, `a:/x.*/ || b:y?z~`, `!!a:{`, "a:\\"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > longestFuzz || strings.Contains(text, `"""`) || strings.ContainsAny(text, "\r\n") {
			t.Skip()
		}
		holds(t, `FROM t | WHERE QSTR("""`+text+`""")`)
	})
}

// FuzzLiteral reads texts that stand for times, spans, addresses and versions, which it does while the query is read.
func FuzzLiteral(f *testing.F) {
	for _, s := range []string{"2024-01-02T03:04:05.678Z", "1 day", "10.0.0.1", "1.2.3", "2024-13-01", "P1D", "-1h", "yyyy-MM-dd'T'HH"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 64 || strings.Contains(text, `"""`) || strings.ContainsAny(text, "\r\n") {
			t.Skip()
		}
		q := `"""` + text + `"""`
		for _, query := range []string{"FROM t | WHERE @timestamp > " + q, "FROM t | EVAL x = " + q + "::datetime, y = " + q + "::time_duration, z = " + q + "::date_period",
			"FROM t | WHERE ip == " + q, "ROW x = DATE_PARSE(" + q + ", \"1\"), y = DATE_FORMAT(" + q + ", NOW())", "FROM t | WHERE a RLIKE " + q + " OR a LIKE " + q} {
			holds(t, query)
		}
	})
}

// soon fails where something took longer than any text of this size needs.
func soon(t *testing.T, what string) func() {
	start := time.Now()
	return func() {
		if took := time.Since(start); took > 3*time.Second {
			t.Errorf("%q took %v", what, took)
		}
	}
}

// taken checks that texts stand in the one they were taken from.
func taken(t *testing.T, pattern, text string, values []any) {
	t.Helper()
	for _, v := range values {
		list, several := v.([]any)
		if !several {
			list = []any{v}
		}
		for _, x := range list {
			if s, ok := x.(string); ok && !strings.Contains(text, s) {
				t.Errorf("%q takes %q out of %q", pattern, s, text)
			}
		}
	}
}
