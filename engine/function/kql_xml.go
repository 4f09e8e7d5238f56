package function

import (
	"encoding/xml"
	"io"
	"strings"

	"casebook/engine/column"
)

var kqlDocuments = []*Row{
	scalarRow("parse_xml(string) dynamic =first", "the value that an XML text stands for", rowwise(column.Dynamic, func(_ *Env, a []any) any { return parseXML(plainText(a[0])) })),
	scalarRow("parse_command_line(string, string!) dynamic", "the arguments of a command line", rowwise(column.Dynamic, func(_ *Env, a []any) any {
		if strings.ToLower(plainText(a[1])) != "windows" || plainText(a[0]) == "" {
			return nil
		}
		return windowsArguments(plainText(a[0]))
	})),
}

// longestXML is how long a text may be for parse_xml, as the language says; a longer one is null.
const longestXML = 1 << 20

// deepestXML keeps a small text from becoming a deep value.
const deepestXML = 100

// parseXML makes a bag of the root element: attributes are "@name", text beside others is "#text", elements of one name
// become an array, an element of text alone is the text, an empty one null.
func parseXML(s string) any {
	if len(s) > longestXML {
		return nil
	}
	d := xml.NewDecoder(strings.NewReader(s))
	root := column.NewObject()
	for {
		t, err := d.Token()
		if err == io.EOF && len(root.Keys) > 0 {
			return root
		}
		if err != nil {
			return nil
		}
		if e, ok := t.(xml.StartElement); ok {
			if len(root.Keys) > 0 {
				return nil
			}
			v, ok := elementXML(d, e, 0)
			if !ok {
				return nil
			}
			root.Set(nameXML(e.Name), v)
		}
	}
}

func nameXML(n xml.Name) string { return n.Local }

func elementXML(d *xml.Decoder, e xml.StartElement, depth int) (any, bool) {
	if depth > deepestXML {
		return nil, false
	}
	o := column.NewObject()
	for _, a := range e.Attr {
		o.Set("@"+nameXML(a.Name), a.Value)
	}
	var text strings.Builder
	for {
		t, err := d.Token()
		if err != nil {
			return nil, false
		}
		switch t := t.(type) {
		case xml.StartElement:
			if s := strings.TrimSpace(text.String()); s != "" {
				addXML(o, "#text", s)
				text.Reset()
			}
			v, ok := elementXML(d, t, depth+1)
			if !ok {
				return nil, false
			}
			addXML(o, nameXML(t.Name), v)
		case xml.CharData:
			text.Write(t)
		case xml.EndElement:
			s := strings.TrimSpace(text.String())
			switch {
			case len(o.Keys) == 0 && s == "":
				return nil, true
			case len(o.Keys) == 0:
				return s, true
			case s != "":
				addXML(o, "#text", s)
			}
			return o, true
		}
	}
}

// addXML adds a member; a second one of the name makes an array of both.
func addXML(o *column.Object, name string, v any) {
	old, there := o.Get(name)
	if !there {
		o.Set(name, v)
		return
	}
	if list, ok := old.([]any); ok {
		o.Set(name, append(list, v))
		return
	}
	o.Set(name, []any{old, v})
}

// windowsArguments splits a command line as Windows programs do: at white space outside quotes; a backslash escapes only
// before a quote, two of them there are one, and a doubled quote inside quotes is a quote.
func windowsArguments(s string) any {
	args := []any{}
	for i := 0; ; {
		for i < len(s) && (s[i] == ' ' || s[i] == '\t') {
			i++
		}
		if i == len(s) {
			return args
		}
		var b strings.Builder
		quoted := false
		for i < len(s) && (quoted || s[i] != ' ' && s[i] != '\t') {
			slashes := 0
			for i < len(s) && s[i] == '\\' {
				slashes++
				i++
			}
			if i < len(s) && s[i] == '"' {
				b.WriteString(strings.Repeat(`\`, slashes/2))
				switch {
				case slashes%2 == 1:
					b.WriteByte('"')
				case quoted && i+1 < len(s) && s[i+1] == '"':
					b.WriteByte('"')
					i++
				default:
					quoted = !quoted
				}
				i++
				continue
			}
			b.WriteString(strings.Repeat(`\`, slashes))
			if slashes == 0 {
				b.WriteByte(s[i])
				i++
			}
		}
		args = append(args, b.String())
	}
}
