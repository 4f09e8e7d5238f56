package event

import "strings"

// foundSlots are where the fields of events stand, the first that there is of each; a mapping may name others.
var foundSlots = map[Found][]struct {
	slot  Slot
	names []string
}{
	Elastic: {
		{Action, []string{"event.action"}}, {Outcome, []string{"event.outcome"}}, {Category, []string{"event.dataset", "data_stream.dataset", "event.category"}},
		{User, []string{"user.name", "user.id", "user.email", "client.user.name", "source.user.name"}}, {IP, []string{"source.ip", "client.ip", "host.ip"}},
		{Account, []string{"cloud.account.id", "organization.id"}}, {Region, []string{"cloud.region"}}, {Resource, []string{"host.name", "host.hostname", "orchestrator.resource.name"}},
		{Error, []string{"error.code"}}, {Status, []string{"http.response.status_code"}}, {App, []string{"process.name", "user_agent.name"}},
	},
	Sentinel: {
		{Action, []string{"OperationName", "OperationNameValue", "Operation", "Activity", "ActionType", "EventType"}},
		{Outcome, []string{"Result", "ResultStatus", "ActivityStatusValue", "EventResult"}}, {Category, []string{"Type", "Category"}},
		{User, []string{"UserPrincipalName", "UserId", "Caller", "TargetAccount", "Account", "AccountUpn", "AccountName", "ActorUsername", "TargetUsername", "InitiatedBy.user.userPrincipalName", "SourceUserName"}},
		{IP, []string{"IPAddress", "ClientIP", "ClientIPAddress", "CallerIpAddress", "IpAddress", "SrcIpAddr", "SourceIP", "InitiatedBy.user.ipAddress"}},
		{Account, []string{"SubscriptionId", "AADTenantId", "TenantId"}}, {Region, []string{"Location"}}, {Resource, []string{"Computer", "DeviceName", "DvcHostname", "ResourceId", "_ResourceId"}},
		{Error, []string{"ResultType"}}, {Status, []string{"ResultSignature", "EventID"}}, {App, []string{"AppDisplayName", "ProcessName", "OfficeWorkload"}},
	},
}

// slots gives an event the fields that timelines know.
func (m *Mapping) slots(d *Decoder, e *Event) {
	for _, c := range m.columns {
		if c.Slot != NoSlot {
			d.slotFrom(e, c.Slot, c.Name)
		}
	}
	for _, s := range foundSlots[m.found] {
		for _, name := range s.names {
			if *e.text(s.slot) != "" {
				break
			}
			d.slotFrom(e, s.slot, name)
		}
	}
}

// slotFrom gives an event the value of a path, the first where there are several.
func (d *Decoder) slotFrom(e *Event, to Slot, path string) {
	v := d.row.get(path)
	for at := 0; v == nil; {
		n := strings.IndexByte(path[at:], '.')
		if n < 0 {
			return
		}
		at += n + 1
		v = inner(d.row.get(path[:at-1]), strings.Split(path[at:], ".")...)
	}
	if v[0] == '[' {
		list := elements(nil, v)
		if len(list) == 0 {
			return
		}
		v = list[0]
	}
	if v[0] != '{' && v[0] != '[' && v[0] != 'n' {
		*e.text(to) = d.textOf(v)
	}
}
