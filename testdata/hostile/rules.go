package hostile

import (
	"fmt"
	"strings"
)

// Rule is a rule file, as someone may have put it on the web or sent it by mail.
type Rule struct {
	Name, File string
	Text       string
	// Says is what reading it has to say; "" for a rule that can run, whatever may become of it then.
	Says string
}

// maxRule is the most that a rule file may have.
const maxRule = 1 << 20

// Rules are rule files made to break what reads, shows or runs them.
func Rules() []Rule {
	var all []Rule
	add := func(name, file, text, says string) { all = append(all, Rule{name, file, text, says}) }
	both := func(name, esql, kql, esqlSays, kqlSays string) {
		add(name+", ES|QL", "rule.toml", elastic("x", "x", "x", esql), esqlSays)
		add(name+", KQL", "rule.yaml", sentinel(kql), kqlSays)
	}
	const bedrock, chats = "from logs-aws_bedrock.invocation-*\n| ", "OpenAIChatCompletions\n| "
	times := func(s string, n int) string { return strings.Repeat(s, n) }

	both("C59 parentheses", bedrock+"where "+times("(", 100_000)+"true"+times(")", 100_000), chats+"where "+times("(", 100_000)+"true"+times(")", 100_000), "200", "words and signs")
	both("C59 brackets without end", bedrock+"where "+times("(", 200_000), chats+"where "+times("(", 200_000), "200", "words and signs")
	both("C59 not not", bedrock+"where "+times("not ", 100_000)+"true", chats+"where "+times("not(", 100_000), "200", "words and signs")
	both("C59 minus minus", bedrock+"eval x = "+times("- ", 100_000)+"1", chats+"extend x = "+times("-(", 100_000), "200", "words and signs")
	both("C59 a million terms", bedrock+"where true"+times(" or true", 1_000_000), chats+"where true"+times(" or true", 1_000_000), "1 MiB", "1 MiB")
	both("C59 many terms", bedrock+"where true"+times(" or true", 100_000), chats+"where true"+times(" or true", 100_000), "words and symbols", "words and signs")
	both("C59 many stages", bedrock+"limit 1"+times(" | limit 1", 60_000), chats+"take 1"+times(" | take 1", 60_000), "", "words and signs")
	both("C59 a megabyte of text", bedrock+`where user.id == "`+times("a", maxRule)+`"`, chats+`where ModelName == "`+times("a", maxRule)+`"`, "1 MiB", "1 MiB")
	both("C59 a long text", bedrock+`where user.id == "`+times("a", 600_000)+`"`, chats+`where ModelName == "`+times("a", 600_000)+`"`, "", "")
	both("C59 a text without end", bedrock+`where user.id == "abc`, chats+`where ModelName == "abc`, "not closed", "has no end")
	both("C59 a comment without end", bedrock+"where true /* and so on", chats+"where true /* and so on", "never closed", "expected '|'")

	for _, field := range []string{`a"]; DROP TABLE event;--`, "x or 1=1", "event_id); delete from word; --", "select", strings.Repeat("f", 64<<10)} {
		both(fmt.Sprintf("C60 a field %.20q", field), bedrock+"where `"+field+"` == \"x\"", chats+"where ['"+field+"'] == 'x'", "", "unknown column")
	}
	both("C60 a field of a control character", bedrock+"where `\x01` == \"x\"", chats+"where ['\x01'] == 'x'", "control characters", "control characters")
	both("C60 a field that ends its name", bedrock+"where `x` or `1`=`1` == \"x\"", chats+"where ['x' or '1'='1'] == 'x'", "expected", "expected")
	both("C60 less than none", bedrock+"limit -1", chats+"take -1", "-1", "?")
	both("C60 a limit beyond numbers", bedrock+"limit 1e99", chats+"take 1e99", "1e99", "?")
	both("C60 more than all time", bedrock+"where @timestamp > now() - 99999999999999999999 years", chats+"where TimeGenerated > ago(99999999999999999999d)", "9999", "9999")

	add("C61 aliases without end", "rule.yaml", laughs(), "alias")
	add("C61 an anchor of itself", "rule.yaml", "a: &a [*a]\n", "a")
	add("C61 a tag that runs", "rule.yaml", "id: !!python/object/apply:os.system [x]\n", "tag")
	add("C61 many documents", "rule.yaml", "name: a\nquery: b\n"+times("---\nname: a\n", 1000), "document")
	add("C61 tabs", "rule.yaml", "name:\n\tid: x\n", "tab")
	add("C61 words that are booleans", "rule.yaml", "on: yes\nno: off\n2026-01-01: x\nquery: y\n", "rule.yaml")
	add("C61 brackets", "rule.toml", "a = "+times("[", maxRule-100), "rule.toml")
	add("C61 a table twice", "rule.toml", "[rule]\n[rule]\n", "rule")
	add("C61 a key that is two things", "rule.toml", "a = 1\na.b = 2\n", "a")

	for i, pattern := range catastrophes {
		text := strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(pattern)
		both(fmt.Sprintf("C62 pattern %d", i), bedrock+`where gen_ai.prompt rlike "`+text+`" or user.id rlike "`+text+`"`, chats+`where tostring(AdditionalFields) matches regex "`+text+`"`, "?", "?")
	}

	osc := "Title\x1b]52;c;cm0gLXJmIC8=\x07\x9b2J\u202e\u2066\x00"
	add("C63 a title that acts", "rule.md", detection("acts", "Title \\e]52;c;cm0gLXJmIC8=\\a\\u202e", "from logs-aws_bedrock.invocation-*"), "")
	add("C63 a title of raw bytes", "rule.md", detection("acts", osc, "from x"), "rule.md")
	add("C63 a guide that acts", "rule.md", detection("guide", "Guide", "from logs-aws_bedrock.invocation-*")+"\n# Look\n\n- [ ] [x](javascript:alert(1)) <img src=x onerror=alert(1)> \x1b[2J {#look}\n", "")
	add("C63 a title of a megabyte", "rule.md", detection("long", times("title ", maxRule/6), "from x"), "1 MiB")
	add("C63 a title of half of one", "rule.md", detection("long", times("title ", maxRule/12), "from logs-aws_bedrock.invocation-*"), "at most 500")
	return all
}

// catastrophes are patterns that cost those who match them by trying exponentially, or everyone too much.
var catastrophes = []string{
	`(a+)+$`, `(a|a)*$`, `(a|aa)+$`, `(.*)*x`, `(.*a){30}x`, `((a*)*)*b`, `(x+x+)+y`, `([a-z]+)*[0-9]`, `(\w+\s?)*$`, `^(([a-z])+.)+[A-Z]([a-z])+$`,
	`(?:(?:.*a){1,500})x{1000}`, `(.*){1,1000}`, `((((a{100}){100}){100}){100})`, `(a{1,1000}){1,1000}`, `(?=(a+))\1b`, `(?<=a+)b`, `(?<!x)(a|b)*c`, `(a*)*\1`, `[^\x00-\x{10FFFF}]`, `\pL{1000}{1000}`,
}

func elastic(id, name, note, query string) string {
	return "[rule]\nrule_id = \"hostile-" + id + "\"\nname = \"" + name + "\"\ntype = \"esql\"\nlanguage = \"esql\"\nseverity = \"low\"\nrisk_score = 1\ninterval = \"10m\"\nfrom = \"now-24h\"\nnote = \"" +
		note + "\"\nquery = '''\n" + query + "\n'''\n"
}

func sentinel(query string) string {
	return "id: 00000000-0000-4000-8000-000000000001\nname: hostile\nkind: Scheduled\nseverity: Low\nqueryFrequency: 1h\nqueryPeriod: 1h\ntriggerOperator: gt\ntriggerThreshold: 0\nquery: |\n  " +
		strings.ReplaceAll(query, "\n", "\n  ") + "\n"
}

func detection(id, title, query string) string {
	return "---\nid: hostile-" + id + "\ntitle: \"" + title + "\"\nseverity: low\nevery: 10m\nlookback: 1h\nentity: user.id\n---\nWhy.\n\n```esql\n" + query + "\n```\n"
}

// laughs is a list of lists of lists, each nine times the one before.
func laughs() string {
	text := "a: &a [x,x,x,x,x,x,x,x,x]\n"
	for c := 'b'; c < 'k'; c++ {
		p := string(c - 1)
		text += string(c) + ": &" + string(c) + " [*" + strings.Repeat(p+",*", 8) + p + "]\n"
	}
	return text
}
