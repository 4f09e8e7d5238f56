package tui

import "slices"

// actionNames are what files of keys, and the list of keys, call what keys ask for.
var actionNames = map[action]string{
	goUp:            "up",
	goDown:          "down",
	goTop:           "top",
	goBottom:        "bottom",
	pageUp:          "page-up",
	pageDown:        "page-down",
	drill:           "open",
	back:            "back",
	toOverview:      "overview",
	toAlerts:        "alerts",
	toUsers:         "users",
	toEvents:        "events",
	toQuery:         "query",
	toRules:         "rules",
	toCases:         "cases",
	historyBack:     "history-back",
	historyForward:  "history-forward",
	filter:          "filter",
	nextPane:        "next-pane",
	prevPane:        "previous-pane",
	markRow:         "mark-row",
	markAll:         "mark-shown",
	markInvert:      "mark-invert",
	onlyMarked:      "only-marked",
	sortNext:        "sort-next",
	acknowledge:     "acknowledge",
	assign:          "assign",
	closeAlert:      "close",
	reopen:          "reopen",
	undo:            "undo",
	redo:            "redo",
	note:            "note",
	investigate:     "investigate",
	timeline:        "timeline",
	nextItem:        "next-item",
	prevItem:        "previous-item",
	answerYes:       "answer-yes",
	answerNo:        "answer-no",
	answerUnclear:   "answer-unclear",
	answerCannot:    "answer-cannot",
	writeConclusion: "write",
	takeBack:        "take-back",
	rerun:           "rerun",
	pin:             "pin",
	copyValue:       "copy-value",
	fold:            "fold",
	foldAll:         "fold-all",
	palette:         "palette",
	help:            "help",
	redraw:          "redraw",
	quit:            "quit",
	filterFor:       "filter-for",
	filterOut:       "filter-out",
	sameInTime:      "same-in-time",
	countValues:     "count-values",
	chooseColumns:   "choose-columns",
	jump:            "go-to-time",
	chips:           "filter-words",
	allOff:          "all-off",
	dropChip:        "drop-chip",
	toCase:          "into-case",
	retitle:         "retitle",
	verify:          "verify",
	export:          "export",
	zoomIn:          "zoom-in",
	zoomOut:         "zoom-out",
	nextGap:         "next-gap",
	prevGap:         "previous-gap",
	run:             "run",
	edit:            "edit",
	complete:        "complete",
	nextLanguage:    "next-language",
	showPlan:        "show-plan",
	oldQueries:      "past-queries",
	saveRule:        "save-rule",
	setWindow:       "set-window",
	openEditor:      "editor",
	openPager:       "pager",
	writeFile:       "write-file",
	nextColumn:      "next-column",
	prevColumn:      "previous-column",
	showAlerts:      "show-alerts",
	copyRaw:         "copy-raw",
	markRange:       "mark-range",
	sortBack:        "sort-back",
	explainScore:    "explain-score",
	viewList:        "kept-filters",
	exempt:          "exception",
	backtest:        "knob",
	reveal:          "reveal",
	compare:         "compare",
}

func actionNamed(name string) (action, bool) {
	for act, known := range actionNames {
		if known == name {
			return act, true
		}
	}
	return none, false
}

func actionList() []string {
	list := make([]string, 0, len(actionNames))
	for _, name := range actionNames {
		list = append(list, name)
	}
	slices.Sort(list)
	return list
}
