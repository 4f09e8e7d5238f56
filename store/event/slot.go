package event

// Slot names a field of Event, for those who keep events in columns.
type Slot uint8

// The slots. Texts run from Action to IP, numbers from PromptTokens to Duration.
const (
	NoSlot Slot = iota
	Time
	Action
	Outcome
	Category
	Status
	Error
	User
	UserName
	UserRole
	UserSession
	Account
	Region
	Resource
	ResourceGroup
	Model
	App
	IP
	RequestID
	ResponseID
	PromptTokens
	CompletionTokens
	RequestSize
	ResponseSize
	Duration
	slots
)

var slotNames = [slots]string{
	"", "time", "action", "outcome", "category", "status", "error", "user", "user_name", "user_role", "user_session",
	"account", "region", "resource", "resource_group", "model", "app", "ip", "request_id", "response_id",
	"prompt_tokens", "completion_tokens", "request_size", "response_size", "duration",
}

// String is the slot's name as a column.
func (s Slot) String() string { return slotNames[s] }

// Slots lists every slot in order.
func Slots() []Slot {
	all := make([]Slot, 0, slots-1)
	for s := Time; s < slots; s++ {
		all = append(all, s)
	}
	return all
}

// IsText tells whether the slot holds text.
func (s Slot) IsText() bool { return s >= Action && s <= ResponseID }

// Text is what a text slot holds; empty is absent.
func (e *Event) Text(s Slot) string {
	if p := e.text(s); p != nil {
		return *p
	}
	return ""
}

// Number is what a number slot or Time holds.
func (e *Event) Number(s Slot) Opt {
	switch s {
	case Time:
		return Opt{Int: e.Time, Set: e.Dated}
	case PromptTokens:
		return e.PromptTokens
	case CompletionTokens:
		return e.CompletionTokens
	case RequestSize:
		return e.RequestSize
	case ResponseSize:
		return e.ResponseSize
	case Duration:
		return e.Duration
	}
	return Opt{}
}

func (e *Event) number(s Slot) *Opt {
	switch s {
	case PromptTokens:
		return &e.PromptTokens
	case CompletionTokens:
		return &e.CompletionTokens
	case RequestSize:
		return &e.RequestSize
	case ResponseSize:
		return &e.ResponseSize
	}
	return &e.Duration
}

func (e *Event) text(s Slot) *string {
	switch s {
	case Action:
		return &e.Action
	case Outcome:
		return &e.Outcome
	case Category:
		return &e.Category
	case Status:
		return &e.Status
	case Error:
		return &e.Error
	case User:
		return &e.User
	case UserName:
		return &e.UserName
	case UserRole:
		return &e.UserRole
	case UserSession:
		return &e.UserSession
	case Account:
		return &e.Account
	case Region:
		return &e.Region
	case Resource:
		return &e.Resource
	case ResourceGroup:
		return &e.ResourceGroup
	case Model:
		return &e.Model
	case App:
		return &e.App
	case IP:
		return &e.IP
	case RequestID:
		return &e.RequestID
	case ResponseID:
		return &e.ResponseID
	}
	return nil
}
