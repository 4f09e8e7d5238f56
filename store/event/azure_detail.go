package event

import (
	"net/url"
	"strings"

	"casebook/engine/column"
)

// The fields of an Azure view that need the record: its keys in snake case, its stringly properties and bodies read.

func azureDetail(x *Details, c *Column) any {
	if value, ok := diagnosticsDetail(x, c); ok {
		return value
	}
	gateway := x.event().Category == "GatewayLogs"
	caller := x.first("callerIpAddress", "CallerIPAddress", "CallerIpAddress")
	switch c.Name {
	case "event.original":
		return string(x.Raw)
	case "source.ip":
		if gateway {
			return asIP(caller)
		}
		return nil
	case "azure.open_ai.caller_ip_address":
		if gateway {
			return nil
		}
		return asText(caller)
	case "azure.resource.id":
		return asText(x.resource().id)
	case "azure.resource.provider":
		return asText(x.resource().provider)
	case "log.level":
		return asText(x.first("level", "Level"))
	case "http.request.method":
		return asText(at(x.azureTree(), "properties", "method"))
	}
	if part, ok := strings.CutPrefix(c.Name, "url."); ok {
		return urlPart(at(x.azureTree(), "properties", "url"), part)
	}
	path := strings.Split(strings.TrimPrefix(c.Name, "azure.open_ai."), ".")
	return as(walk(x.azureTree(), path), c.Type)
}

func (x *Details) resource() resource {
	id, _ := x.first("resourceId", "ResourceId", "_ResourceId").(string)
	return resourceParts(id)
}

// first is the value of the first of some keys that the record has.
func (x *Details) first(keys ...string) any {
	for _, key := range keys {
		if v := x.at(key); v != nil {
			return v
		}
	}
	return nil
}

// azureTree is the record as Elastic's integration lays it out below azure.open_ai.
func (x *Details) azureTree() any {
	if x.laid != nil {
		return x.laid
	}
	tree := column.NewObject()
	if x.source == Gateway && x.at("TimeGenerated") != nil {
		// A row of Log Analytics: what are properties elsewhere are its columns.
		tree.Set("properties", snaked(x.root()))
		tree.Set("is_request_success", x.at("IsRequestSuccess"))
	} else {
		for i, key := range x.root().Keys {
			value := x.root().Values[i]
			key = strings.TrimSuffix(key, "_s") // AzureDiagnostics says so that a column is of strings
			if key == "properties" {
				value = parsed(value)
			}
			tree.Set(snake(key), snaked(value))
		}
	}
	for _, key := range []string{"backend_request_body", "backend_response_body"} {
		properties, ok := at(tree, "properties").(*column.Object)
		if !ok {
			break
		}
		if body, ok := properties.Get(key); ok {
			properties.Set(key, renamedUsage(parsed(body)))
		}
	}
	x.laid = tree
	return tree
}

// parsed reads a text that is JSON.
func parsed(value any) any {
	if text, ok := value.(string); ok {
		if tree, ok := Tree([]byte(text)); ok {
			return tree
		}
	}
	return value
}

// snaked is a tree with its keys in snake case.
func snaked(value any) any {
	switch v := value.(type) {
	case *column.Object:
		out := column.NewObject()
		for i, k := range v.Keys {
			out.Set(snake(k), snaked(v.Values[i]))
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, item := range v {
			out[i] = snaked(item)
		}
		return out
	}
	return value
}

// renamedUsage gives an answer's tokens the names that Elastic has for them.
func renamedUsage(body any) any {
	usage, ok := at(body, "usage").(*column.Object)
	if !ok {
		return body
	}
	for from, to := range map[string]string{"prompt_tokens": "input_tokens", "completion_tokens": "output_tokens"} {
		if n, ok := usage.Get(from); ok {
			usage.Set(to, n)
		}
	}
	return body
}

// walk follows a path of keys through objects, and through every element of lists.
func walk(tree any, path []string) any {
	if len(path) == 0 {
		return tree
	}
	if list, ok := tree.([]any); ok {
		var many []any
		for _, item := range list {
			if v := walk(item, path); v != nil {
				many = append(many, v)
			}
		}
		if many == nil {
			return nil
		}
		return many
	}
	next := object(tree).Value(path[0])
	if next == nil {
		return nil
	}
	return walk(next, path[1:])
}

func urlPart(value any, part string) any {
	text, ok := value.(string)
	if !ok || text == "" {
		return nil
	}
	if part == "original" {
		return text
	}
	u, err := url.Parse(text)
	if err != nil {
		return nil
	}
	switch part {
	case "domain":
		return asText(u.Hostname())
	case "path":
		return asText(u.Path)
	case "query":
		return asText(u.RawQuery)
	case "scheme":
		return asText(u.Scheme)
	}
	return nil
}
