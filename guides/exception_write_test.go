package guides

import (
	"strings"
	"testing"
	"time"

	"casebook/engine"
)

// An exception that is written is read back as it was, whatever its values hold, and counts for a rule of another file.
func TestExceptionIsReadBack(t *testing.T) {
	library, err := Library()
	if err != nil {
		t.Fatal(err)
	}
	e := Exception{Name: "ticket \"17\"\nsecond line", Expires: time.Date(2027, 3, 4, 0, 0, 0, 0, time.UTC), Entries: []ExceptionEntry{
		{Field: "user.id", Operator: "match", Values: []string{"arn:aws:iam::1:user/a\"b'''\\\x1b\n"}},
		{Field: "gen_ai.request.model.id", Operator: "match_any", Values: []string{"x", "y"}, Excluded: true},
	}}
	for _, d := range library {
		if d.Rule.ID != "bedrock-denied-models" {
			continue
		}
		want, err := d.Except(e)
		if err != nil {
			t.Fatal(err)
		}
		text, err := e.File(d.Rule.ID)
		if err != nil {
			t.Fatal(err)
		}
		before := d.Rule.Query
		shelf := ReadFiles([]File{{Path: "exceptions/1.toml", Data: text}}, d)
		if len(shelf.Refused) > 0 {
			t.Fatalf("refused: %v\n%s", shelf.Refused, text)
		}
		if d.Rule.Query == before || d.Rule.Query != want.Rule.Query {
			t.Errorf("the rule asks\n%s\nwant\n%s", d.Rule.Query, want.Rule.Query)
		}
		if len(d.Exceptions) != 1 || d.Exceptions[0].String() != e.String() {
			t.Errorf("the rule has %v, want %v", d.Exceptions, e)
		}
		return
	}
	t.Fatal("no rule bedrock-denied-models")
}

func TestExceptionForNobodyIsRefused(t *testing.T) {
	text, err := Exception{Name: "x", Entries: []ExceptionEntry{{Field: "user.id", Operator: "exists"}}}.File("no-such-rule")
	if err != nil {
		t.Fatal(err)
	}
	library, err := Library()
	if err != nil {
		t.Fatal(err)
	}
	if s := ReadFiles([]File{{Path: "1.toml", Data: text}}, library...); len(s.Refused) != 1 || !strings.Contains(s.Refused[0].Err.Error(), "no-such-rule") {
		t.Errorf("refused %v, want the file of a rule that is not there", s.Refused)
	}
}

// An exception to a KQL rule is the last stage of its query, true to its values whatever they hold.
func TestExceptionInKQL(t *testing.T) {
	d := &Detection{Rule: engine.Rule{ID: "x", Language: engine.KQL, Query: "T\n| summarize n = count() by User ;\n"}}
	with, err := d.Except(Exception{Name: "x", Expires: time.Date(2027, 3, 4, 0, 0, 0, 0, time.UTC), Entries: []ExceptionEntry{
		{Field: "User", Operator: "match_any", Values: []string{`a"b\`, "c\x1b\U0001f600"}},
		{Field: "My App", Operator: "wildcard", Values: []string{"test-*.v?"}, Excluded: true},
		{Field: "Host", Operator: "exists"},
	}})
	if err != nil {
		t.Fatal(err)
	}
	want := "T\n| summarize n = count() by User\n" + `| where not((tostring(["User"]) in ("a\"b\\", "c\u001b\ud83d\ude00") and not(tostring(["My App"]) matches regex "^(?s:test-.*\\.v.)$")` +
		` and isnotempty(tostring(["Host"])) and now() < datetime(2027-03-04T00:00:00.000Z)))`
	if with.Rule.Query != want {
		t.Errorf("the rule asks\n%s\nwant\n%s", with.Rule.Query, want)
	}
	if len(d.Exceptions) != 0 || len(with.Exceptions) != 1 {
		t.Errorf("exceptions %v and %v", d.Exceptions, with.Exceptions)
	}
}
