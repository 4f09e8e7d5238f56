package engine_test

import (
	"strings"
	"testing"
)

// TestESQLQueryStrings: what a query string finds. Its operators require and forbid, and what is neither is left out of account beside
// what is required; words without an operator between them are one text.
func TestESQLQueryStrings(t *testing.T) {
	kept := func(query, want string) esqlAnswer {
		return esqlAnswer{"FROM calls | WHERE QSTR(\"" + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(query) + "\") | STATS n = COUNT(*)", "n:long\n" + want}
	}
	answerESQL(t, []esqlAnswer{
		kept(`user:ana`, "2"), kept(`user:Ana`, "0"), kept(`user:(ana OR ben)`, "4"), kept(`user:(ana ben)`, "0"), kept(`user:(+ana +ben)`, "0"), kept(`user:"ana"^2`, "2"),
		kept(`user:ana user:ben`, "4"), kept(`user:ana AND model:small`, "1"), kept(`user:ana && !model:small`, "1"), kept(`user:ana || user:cyd`, "3"),
		kept(`user:ana OR user:ben AND model:small`, "1"), kept(`(user:ana OR user:ben) AND model:small`, "2"), kept(`+model:large user:ana`, "3"), kept(`user:ana -model:large`, "1"),
		kept(`NOT user:ana`, "4"), kept(`-user:ana -user:ben`, "2"), kept(`model:(NOT small)`, "3"), kept(`-_exists_:user`, "1"), kept(`_exists_:tags AND user:*`, "4"),
		kept(`*`, "6"), kept(`*:*`, "6"), kept(``, "0"), kept(`  `, "0"), kept(`*:* AND NOT user:cyd`, "5"),
		kept(`tokens:10`, "1"), kept(`tokens:>30`, "3"), kept(`tokens:>=30`, "4"), kept(`tokens:(>=30 AND <50)`, "2"), kept(`tokens:(+>=30 +<50)`, "2"), kept(`tokens:[30 TO 50]`, "3"), kept(`tokens:{30 TO 50]`, "2"),
		kept(`tokens:[30 TO 50}`, "2"), kept(`tokens:{30 TO 50}`, "1"), kept(`tokens:[* TO 30]`, "2"), kept(`tokens:{30 TO *}`, "3"), kept(`tokens:[* TO *]`, "5"), kept(`cost:[0.5 TO 1.25}`, "2"),
		kept(`@timestamp:2026-03-01`, "4"), kept(`@timestamp:[2026-03-01 TO 2026-03-02]`, "5"), kept(`@timestamp:{2026-03-01 TO 2026-03-09}`, "2"), kept(`@timestamp:"2026-03-01T08:00"`, "2"), kept(`@timestamp:[now-1d TO now]`, "1"),
		kept(`ip:10.0.0.0\/8`, "3"), kept(`ip:"10.0.0.2"`, "2"), kept(`ip:[10.0.0.2 TO 192.168.7.4]`, "3"), kept(`ok:true`, "3"), kept(`tags:{blue TO red}`, "1"), kept(`tags:[c TO h]`, "1"),
		kept(`user:?en`, "2"), kept(`model:l*`, "3"), kept(`model:L*`, "0"), kept(`user:/[ab].n?a?/`, "4"), kept(`NOT user:/ana/`, "4"), kept(`user:bem~1`, "2"), kept(`user:bem~0`, "0"),
		kept(`prompt:(tell story)`, "3"), kept(`prompt:"me a"`, "1"), kept(`prompt:stor?`, "1"), kept(`prompt:STOR*`, "1"), kept(`prompt:lick~1`, "1"), kept(`us\er:ana`, "2"), kept(`user:an\u0061`, "2"), kept(`us\*:ana`, "2"),
		{`FROM calls | STATS a = COUNT(*) WHERE QSTR("tell lock", {"default_field": "prompt"}), b = COUNT(*) WHERE QSTR("user:ana model:small", {"default_operator": "AND"}), c = COUNT(*) WHERE QSTR("tell a", {"default_field": "prompt", "default_operator": "and"}), d = COUNT(*) WHERE QSTR("@timestamp:2026-03-09", {"time_zone": "+02:00", "boost": 2.0})`,
			`a:long, b:long, c:long, d:long
			4, 1, 1, 1`},
		{`FROM calls | STATS a = COUNT(*) WHERE QSTR("user:ana OR user:ben OR model:small", {"default_operator": "AND"}), b = COUNT(*) WHERE QSTR("user:ana OR user:ben model:small", {"default_operator": "AND"})`, `a:long, b:long
			5, 3`},
	})
}
