package event

// exchangeIn are the columns that hold what a model was asked and what it answered, by source; of several the first that has something.
// Bedrock's views do not escape the texts in their bodies, so that those are read from the record.
var exchangeIn = map[string]struct{ asked, answered []string }{
	Gateway:    {[]string{"RequestBody", "BackendRequestBody"}, []string{"ResponseBody", "BackendResponseBody"}},
	GatewayLLM: {[]string{"RequestMessages"}, []string{"ResponseMessages"}},
	OpenAI:     {nil, []string{"EventOriginalResultDetails"}},
	Agent:      {nil, []string{"EventOriginalResultDetails"}},
}

// Exchange is what a model was asked and what it answered: a tree where the log holds JSON, a text where it holds one, else nil.
func (x *Details) Exchange() (asked, answered any) {
	if x.source == Bedrock {
		return x.request(), x.answer()
	}
	in := exchangeIn[x.source]
	return x.firstOf(in.asked), x.firstOf(in.answered)
}

func (x *Details) firstOf(names []string) any {
	for _, t := range tables {
		for _, name := range names {
			c, ok := t.Column(name)
			if !ok {
				continue
			}
			if value := parsed(x.Value(t, c)); value != nil && value != "" {
				return value
			}
		}
	}
	return nil
}
