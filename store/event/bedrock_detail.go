package event

import (
	"strings"
	"sync"

	"casebook/engine/column"
)

// The fields of a Bedrock view that need the record.

// maxKept is the longest text that Elastic's integration keeps of a prompt, a completion or a reply; of what is longer its
// documents hold a hash only.
const maxKept = 32766

func bedrockDetail(x *Details, c *Column) any {
	switch c.Name {
	case "event.original":
		return string(x.Raw)
	case "gen_ai.prompt":
		return x.whole32k("input", "inputBodyJson", "inputBodyS3Path")
	case "gen_ai.completion":
		return x.whole32k("output", "outputBodyJson", "outputBodyS3Path")
	case "aws_bedrock.invocation.output.completion_text":
		text := reply(x.answer())
		if text == "" || units([]byte(text)) > maxKept {
			return nil
		}
		return text
	case "gen_ai.request.model.type":
		if x.request() == nil {
			return nil
		}
		return asText(x.family())
	case "gen_ai.request.model.version":
		return asText(x.requested(x.family() + "_version"))
	case "gen_ai.request.model.role":
		return asText(x.role())
	}
	if key, ok := strings.CutPrefix(c.Name, "gen_ai.request."); ok {
		return as(x.requested(key), c.Type) // temperature, top_k, top_p, max_tokens: of the body itself only
	}
	return as(x.at(invocationPaths[c.Name]...), c.Type)
}

// invocationPaths say where the record holds what aws_bedrock.invocation shows under other names.
var invocationPaths = paths("aws_bedrock.invocation.", map[string]string{
	"schema_type": "schemaType", "schema_version": "schemaVersion", "model_id": "modelId", "request_id": "requestId",
	"error_code": "errorCode", "error": "error", "status": "status", "inference_region": "inferenceRegion",
	"performance_config.latency":          "performanceConfig latency",
	"input.input_content_type":            "input inputContentType",
	"input.input_body_s3_path":            "input inputBodyS3Path",
	"input.input_token_count":             "input inputTokenCount",
	"input.cache_read_input_token_count":  "input cacheReadInputTokenCount",
	"input.cache_write_input_token_count": "input cacheWriteInputTokenCount",
	"output.output_content_type":          "output outputContentType",
	"output.output_body_s3_path":          "output outputBodyS3Path",
	"output.output_token_count":           "output outputTokenCount",
})

// paths parts the values at spaces and puts a prefix before the names.
func paths(prefix string, names map[string]string) map[string][]string {
	all := make(map[string][]string, len(names))
	for name, path := range names {
		all[prefix+name] = strings.Fields(path)
	}
	return all
}

// body is a half's body, from the record or from where the record says it stands.
func (x *Details) body(side, key, address string) any {
	half := x.at(side)
	if tree := at(half, key); tree != nil {
		return tree
	}
	if path, ok := at(half, address).(string); ok {
		tree, _ := elsewhere(x.siblings, path)
		return tree
	}
	return nil
}

func (x *Details) request() any { return x.body("input", "inputBodyJson", "inputBodyS3Path") }
func (x *Details) answer() any  { return x.body("output", "outputBodyJson", "outputBodyS3Path") }

// requested is the value of a key of the request's body: the messages beside it are long, and are not read for it.
func (x *Details) requested(key string) any {
	if x.tree == nil {
		half := x.span("input")
		if body := inner(half, "inputBodyJson"); body != nil {
			value, _ := Tree(inner(body, key))
			return value
		}
	}
	return at(x.request(), key)
}

// compacters are kept for the next body.
var compacters = sync.Pool{New: func() any { return &bodyWriter{} }}

type bodyWriter struct {
	compacter
	text []byte
}

// whole32k is a body written again, unless it is longer than Elastic keeps.
func (x *Details) whole32k(side, key, address string) any {
	half := x.span(side)
	w := compacters.Get().(*bodyWriter)
	defer compacters.Put(w)
	body := inner(half, key)
	if body == nil {
		path, ok := Tree(inner(half, address))
		where, isText := path.(string)
		if !ok || !isText {
			return nil
		}
		body, _ = sibling(x.siblings, where)
	}
	text, ok := w.compact(w.text[:0], body)
	w.text = text
	if !ok || string(text) == "null" || units(text) > maxKept {
		return nil
	}
	return string(text)
}

// family is the model's maker, as far as the text before the first dot names it.
func (x *Details) family() string {
	family, _, dotted := strings.Cut(x.event().Model, ".")
	if !dotted {
		return ""
	}
	return strings.Clone(family) // the event's texts are views of the record
}

func (x *Details) role() any {
	answer := x.answer()
	if events, ok := answer.([]any); ok {
		for _, e := range events {
			if role := at(e, "message", "role"); role != nil {
				return role
			}
		}
		return nil
	}
	return at(answer, "output", "message", "role")
}

// reply is the text that the model answered, in whichever shape its maker writes answers.
func reply(answer any) string {
	var parts []string
	add := func(value any) {
		if text, ok := value.(string); ok && text != "" {
			parts = append(parts, text)
		}
	}
	each := func(list any, path ...string) {
		items, _ := list.([]any)
		for _, item := range items {
			add(at(item, path...))
		}
	}
	if _, streamed := answer.([]any); streamed {
		each(answer, "delta", "text")
		return strings.Join(parts, "")
	}
	each(at(answer, "outputs"), "text")
	add(at(answer, "generation"))
	add(at(answer, "outputText"))
	each(at(answer, "results"), "outputText")
	each(at(answer, "output", "message", "content"), "text")
	each(at(answer, "content"), "text")
	if text, ok := answer.(*column.Object); ok && len(parts) == 0 {
		add(text.Value("text"))
	}
	return strings.Join(parts, "")
}
