package tui

import (
	"regexp"
	"strings"

	"casebook/tui/safe"
)

// Names of models in columns. What tells two of them apart is in their middle, between who makes them and when they came out: where
// there is no room, the ends go first.

var (
	modelVendor = regexp.MustCompile(`^((us|us-gov|eu|apac|jp|au|global)\.)?(ai21|amazon|anthropic|cohere|deepseek|google|luma|meta|minimax|mistral|moonshot|nvidia|openai|qwen|stability|twelvelabs|writer)\.`)
	modelStamp  = regexp.MustCompile(`([-@](\d{8}|\d{4}-\d\d-\d\d))?(-v\d+(:\d+)?)?$`)
)

// modelFamily begins the names of a vendor whose next words say enough.
const modelFamily = "claude-"

// shortModel leaves the vendor away, and of an ARN all but the model.
func shortModel(model string) safe.Text {
	model = model[strings.LastIndexByte(model, '/')+1:]
	return safe.Escape(model[len(modelVendor.FindString(model)):])
}

// clipModel is a model's name cut to a width: first the day and version of its release go, then its family, then its middle.
func clipModel(model safe.Text, width int) safe.Text {
	if model.Width() > width {
		model, _ = model.Split(model.Width() - len(modelStamp.FindString(model.String())))
	}
	if model.Width() > width && strings.HasPrefix(model.String(), modelFamily) {
		_, model = model.Split(len(modelFamily))
	}
	return model.ClipMiddle(width)
}

// clipValue is any value cut to a width: names of models as such, which their vendor gives away, and of others the middle goes.
func clipValue(text safe.Text, width int) safe.Text {
	vendor := modelVendor.FindString(text.String())
	if vendor == "" || text.Width() <= width {
		return text.ClipMiddle(width)
	}
	_, model := text.Split(len(vendor))
	return clipModel(model, width)
}

// clipName is the name of an entity of any kind cut to a width.
func clipName(text safe.Text, width int) safe.Text {
	if modelVendor.MatchString(text.String()) {
		return clipValue(text, width)
	}
	return clipEntity(text, width)
}
