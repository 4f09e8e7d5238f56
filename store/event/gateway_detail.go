package event

import "strings"

// The fields of a gateway's views that need the record. Elastic's names have dots, those of Log Analytics have none.

func gatewayDetail(x *Details, c *Column) any {
	if strings.Contains(c.Name, ".") {
		return azureDetail(x, c)
	}
	return workspaceDetail(x, c, "ApiManagementGatewayLogs", map[string]string{"TotalTime": "durationMs", "IsRequestSuccess": "isRequestSuccess"})
}

func llmDetail(x *Details, c *Column) any {
	return workspaceDetail(x, c, "ApiManagementGatewayLlmLog", nil)
}

// workspaceDetail finds a column in a row of Log Analytics, or in the diagnostic record that becomes such a row.
func workspaceDetail(x *Details, c *Column, table string, outside map[string]string) any {
	if x.at("TimeGenerated") != nil {
		value := x.at(c.Name)
		if value == nil && c.Name == "Type" {
			value = table
		}
		return as(value, c.Type)
	}
	switch c.Name {
	case "Type":
		return table
	case "_ResourceId":
		return asText(x.resource().id)
	}
	if key, ok := outside[c.Name]; ok {
		return as(x.at(key), c.Type)
	}
	return as(at(parsed(x.at("properties")), camel(c.Name)), c.Type)
}
