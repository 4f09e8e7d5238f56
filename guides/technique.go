package guides

import (
	"regexp"
	"strings"
)

// Authors write one technique in many ways: AML.T0034, "Mitre Atlas: T0034", attack.t1499.001, LLM04. A tag or a link is
// read for the id it holds, and what was written stays beside it.

var (
	atlasID  = regexp.MustCompile(`(?i)\bAML\.(TA?\d{4}(?:\.\d{3})?)\b`)
	atlasTag = regexp.MustCompile(`(?i)^\s*mitre\s+atlas\s*:\s*(?:AML\.)?(TA?\d{4}(?:\.\d{3})?)\s*$`)
	attackID = regexp.MustCompile(`(?i)(?:^|[^A-Za-z0-9.])(TA?\d{4}(?:\.\d{3})?)(?:$|[^A-Za-z0-9.])`)
	owaspID  = regexp.MustCompile(`(?i)(?:^|[^A-Za-z0-9])(LLM\d{2})(?:$|[^A-Za-z0-9])`)
)

// technique reads a text as one technique's id.
func technique(text string) (Technique, bool) {
	t := Technique{Written: text}
	switch {
	case atlasTag.MatchString(text):
		t.Framework, t.ID = "ATLAS", "AML."+strings.ToUpper(atlasTag.FindStringSubmatch(text)[1])
	case atlasID.MatchString(text):
		t.Framework, t.ID = "ATLAS", "AML."+strings.ToUpper(atlasID.FindStringSubmatch(text)[1])
	case attackID.MatchString(strings.TrimPrefix(text, "attack.")):
		t.Framework, t.ID = "ATT&CK", strings.ToUpper(attackID.FindStringSubmatch(strings.TrimPrefix(text, "attack."))[1])
	case owaspID.MatchString(text):
		t.Framework, t.ID = "OWASP", strings.ToUpper(owaspID.FindStringSubmatch(text)[1])
	default:
		return t, false
	}
	return t, true
}

// addTechnique keeps a technique once, in the list of its framework.
func (d *Detection) addTechnique(t Technique) {
	for _, have := range d.Techniques {
		if have.Framework == t.Framework && have.ID == t.ID {
			return
		}
	}
	d.Techniques = append(d.Techniques, t)
	switch t.Framework {
	case "ATLAS":
		d.Rule.ATLAS = append(d.Rule.ATLAS, t.ID)
	case "ATT&CK":
		d.Rule.ATTACK = append(d.Rule.ATTACK, t.ID)
	}
}
