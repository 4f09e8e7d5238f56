package report

import (
	"encoding/hex"
	"html/template"
	"strings"

	"casebook/engine/column"
	"casebook/tui/safe"
)

// page is the report as HTML. Nothing is taken from elsewhere, no script runs, and every text of a log, escaped for screens
// before, is escaped again by the template. The story is shown as it was typed.
var page = template.Must(template.New("report").Funcs(template.FuncMap{
	"show": shown, "tick": tickText, "time": timeText, "value": value, "hex": hex.EncodeToString, "params": paramNames, "figure": number,
	"story": storyText,
	"cut":   func(rows [][]any) [][]any { return rows[:min(len(rows), mostRows)] },
	"type":  func(fields []column.Field, i int) column.Type { return fields[i].Type },
}).Parse(`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{{.Case.Name}}</title>
<style>
body { font: 15px/1.5 sans-serif; max-width: 70em; margin: 2em auto; padding: 0 1em }
pre, code { font-family: monospace; background: #f3f3f3; white-space: pre-wrap; overflow-wrap: anywhere }
pre { padding: .6em } table { border-collapse: collapse } td, th { border: 1px solid #bbb; padding: .2em .5em; text-align: left; vertical-align: top }
</style>
</head>
<body>
<h1>{{.Case.Name}}: {{show .Case.Title}}</h1>
<p>{{.Verdict}}{{with .Closed}} by {{show .Actor.Name}} {{time .At}}{{end}}{{with .Case.Reason}}, because: {{show .}}{{end}}. Owner {{with .Case.Owner}}{{show .}}{{else}}nobody{{end}}. As-of {{tick .Head.AsOf}}. Values out of logs: {{.Head.Shown}}.</p>
<h2>Story</h2>
<pre>{{.Story}}</pre>
{{with .OpenItems}}<h2>Open items</h2><ul>{{range .}}<li>{{.}}</li>{{end}}</ul>{{end}}
<h2>Alerts</h2>
{{range .Alerts}}<h3>Alert {{.ID}}: {{show .Title}}</h3>
<p>Rule <code>{{show .Rule}}</code>, {{.Severity}}, risk {{.Risk}}; about <code>{{show .Entity}}</code>; {{tick .Window.From}} to {{tick .Window.To}}; {{.Hits}} hits, {{.Events}} events; {{.Status}}{{with .Class}} as {{.}}{{end}}{{with .Reason}}, because: {{show .}}{{end}}.</p>
{{with .Ledger}}<table><tr><th>stage</th><th>rows</th></tr>{{range .Stages}}<tr><td><code>{{show .Text}}</code></td><td>{{.Rows}}</td></tr>{{end}}</table>{{else}}<p>{{show .Silent}}</p>{{end}}
{{$a := .}}<table><tr><th>column</th><th>value</th></tr>{{range $i, $c := .Peak.Columns}}<tr><td>{{show $c.Name}}</td><td><code>{{show (value $c.Type (index $a.Peak.Row $i))}}</code></td></tr>{{end}}</table>
{{with .Notes}}<h4>Notes</h4><ul>{{range .}}<li>{{show .Actor}}, {{time .At}}: {{show .Text}}</li>{{end}}</ul>{{end}}
{{with .Questions}}<h4>Questions</h4><table><tr><th>question</th><th>answer</th><th>by</th><th>evidence</th></tr>{{range .}}<tr><td>{{show .Step.Text}}</td><td>{{show .Answer.Value}} {{show .Answer.Text}}</td><td>{{show .Answer.Actor}}</td><td>{{range $.Found .}}{{.}} {{end}}</td></tr>{{end}}</table>{{end}}
{{end}}<h2>Evidence</h2>
{{range .Pins}}<h3 id="{{.Name}}">{{.Name}}</h3>
{{with .Note}}<p>{{show .}}</p>{{end}}
{{with $.Question .}}<p>Found on alert {{.Alert}}: {{show .Step.Text}} {{show .Answer.Value}} {{show .Answer.Text}}</p>{{end}}
{{if .Result}}{{$r := .Result}}<p>Query in {{.Result.Language}}, as-of {{tick .Result.AsOf}}, {{.Result.Count}} rows of {{.Result.Events}} events; SHA-256 of the rows <code>{{hex .SHA256}}</code>.</p>
<ul>{{range params .Result.Params}}{{$v := index $r.Params .}}<li><code>{{show .}}</code> = <code>{{show (value $v.Type ($v.Value 0))}}</code></li>{{end}}</ul>
<pre>{{story .Result.Query}}</pre>
<table><tr>{{range .Result.Columns}}<th>{{show .Name}}</th>{{end}}</tr>{{range cut .Result.Rows}}<tr>{{range $i, $v := .}}<td><code>{{show (value (type $r.Columns $i) $v)}}</code></td>{{end}}</tr>{{end}}</table>
{{else}}<p>Event {{.Event}}{{with .Row}}, {{time .When}}, user <code>{{show .User}}</code>, model <code>{{show .Model}}</code>, error <code>{{show .Error}}</code>{{end}}. File <code>{{show .Place.File}}</code>, line {{.Place.Line}}, byte {{.Place.Begin}}, length {{.Place.Length}}; SHA-256 <code>{{hex .SHA256}}</code>, of the file <code>{{.Place.FileSHA256}}</code>.</p>{{end}}
<p>Pinned by {{show .Actor}} {{time .At}}. Checked: <b>{{.Check}}</b>, {{show .Why}}.</p>
{{else}}<p>None was pinned.</p>
{{end}}<h2>Entities behind the alerts</h2>
<table><tr><th>kind</th><th>value</th><th>events</th></tr>{{range .Entities}}<tr><td>{{.Kind}}</td><td><code>{{show .Value}}</code></td><td>{{.Events}}</td></tr>{{end}}</table>
<h2>Custody</h2>
<p>Store <code>{{.Head.Store}}</code>, journal entry {{.Head.Seq}}, head <code>{{.Head.Journal}}</code>. {{.Head.Loaded}} files, {{.Head.All.Records}} records: {{.Head.All.Accepted}} accepted, {{.Head.All.Duplicate}} duplicate, {{.Head.All.Quarantined}} quarantined, {{.Head.All.Blank}} blank, {{.Head.All.Skipped}} skipped.</p>
<table><tr><th>entry</th><th>when</th><th>who</th><th>what</th></tr>{{range .Log}}<tr><td>{{.Seq}}</td><td>{{time .At}}</td><td>{{show .Actor.Name}}</td><td>{{.Action}}: {{show ($.EntryText .)}}</td></tr>{{end}}</table>
</body>
</html>
`))

// htmlReport adds what the template asks for in words.
type htmlReport struct{ *Report }

// Verdict is the case's status in words.
func (h htmlReport) Verdict() string {
	if h.Case.Class != "" {
		return "Closed as " + string(h.Case.Class)
	}
	return "Open, without a verdict"
}

// Story is the case's story.
func (h htmlReport) Story() template.HTML { return h.storyHTML() }

// HTML is a complete report as one page of HTML.
func (r *Report) HTML() (string, error) {
	var b strings.Builder
	err := page.Execute(&b, htmlReport{r})
	return b.String(), err
}

// storyText is text of several lines whose characters cannot act.
func storyText(s string) string {
	lines := strings.Split(s, "\n")
	for i, l := range lines {
		lines[i] = safe.Escape(strings.ReplaceAll(l, "\t", "    ")).String()
	}
	return strings.Join(lines, "\n")
}
