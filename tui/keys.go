package tui

import (
	"fmt"

	"casebook/engine/syntax"
	"casebook/tui/safe"
	"casebook/tui/widget"
)

// One table holds every key: dispatch, the footer and the help are made of it. No key needs Alt, a function key, or the
// control keys that terminals, screen and tmux take for themselves (ctrl+a, b, s, q). An unknown key does nothing, and says so.

// action is what a key asks for.
type action uint8

const (
	none action = iota
	goUp
	goDown
	goTop
	goBottom
	pageUp
	pageDown
	drill
	back
	toOverview
	toAlerts
	toUsers
	toEvents
	toQuery
	toRules
	toCases
	historyBack
	historyForward
	filter
	nextPane
	prevPane
	markRow
	markAll
	markInvert
	onlyMarked
	sortNext
	acknowledge
	assign
	closeAlert
	reopen
	undo
	redo
	note
	investigate
	timeline
	nextItem
	prevItem
	answerYes
	answerNo
	answerUnclear
	answerCannot
	writeConclusion
	takeBack
	rerun
	pin
	copyValue
	fold
	foldAll
	palette
	help
	redraw
	quit
	filterFor
	filterOut
	sameInTime
	countValues
	chooseColumns
	jump
	chips
	allOff
	dropChip
	toCase
	retitle
	verify
	export
	zoomIn
	zoomOut
	nextGap
	prevGap
	run
	edit
	complete
	nextLanguage
	showPlan
	oldQueries
	saveRule
	setWindow
	openEditor
	openPager
	writeFile
	nextColumn
	prevColumn
	showAlerts
	copyRaw
	markRange
	sortBack
	explainScore
	viewList
	exempt
	backtest
	reveal
	compare
)

// scope is a set of screens.
type scope uint32

const (
	onAlerts scope = 1 << iota
	onAlert
	onTimeline
	onEvent
	onSteps    // a guide's checklist
	onStepRows // and the rows of one of its steps
	onHelp
	onOverview
	onEntities
	onEntity
	onEvents
	onQuery
	onRules
	onCases
	onCase
	onFacet
	onEditor // the console while its text is typed
	onPastQueries
	onRule
	onKnob
	onDiff
	onVersion
	pastLast
	everywhere = (pastLast - 1) &^ onEditor
	// Not screens, but what is over one: the words of a filter, and a line that is typed, with what that line has.
	onChips   = pastLast
	onPrompt  = pastLast << 1
	onWords   = pastLast << 2 // completed
	onPast    = pastLast << 3 // typed before
	onProse   = pastLast << 4 // a text
	onGuide   = onSteps | onStepRows
	onAnAlert = onAlerts | onAlert | onGuide
	onValues  = onEvents | onEvent | onFacet | onQuery | onAlert | onEntities | onEntity | onCase | onStepRows // where values can be chosen by
)

// binding says what keys do where. Foot is its word in the footer; without one it is in the help only.
type binding struct {
	keys  []string
	do    action
	where scope
	foot  safe.Text
	help  safe.Text
	at    syntax.Span // where an analyst's file of keys gave them
}

var bindings = []binding{
	{keys: []string{"2"}, do: toAlerts, where: onOverview, foot: safe.Own("alerts"), help: safe.Own("the alerts")},
	{keys: []string{"3"}, do: toUsers, where: onOverview, foot: safe.Own("users"), help: safe.Own("users and other entities")},
	{keys: []string{"4"}, do: toEvents, where: onOverview, foot: safe.Own("events"), help: safe.Own("the events")},
	{keys: []string{"5"}, do: toQuery, where: onOverview, foot: safe.Own("query"), help: safe.Own("the query console")},
	{keys: []string{"6"}, do: toRules, where: onOverview, foot: safe.Own("rules"), help: safe.Own("the rules")},
	{keys: []string{"7"}, do: toCases, where: onOverview, foot: safe.Own("cases"), help: safe.Own("the cases")},
	{keys: []string{" "}, do: markRow, where: onChips, foot: safe.Own("on/off"), help: safe.Own("use the word or not")},
	{keys: []string{"a"}, do: allOff, where: onChips, foot: safe.Own("all"), help: safe.Own("all words off, or on again")},
	{keys: []string{"d", "delete"}, do: dropChip, where: onChips, foot: safe.Own("drop"), help: safe.Own("drop the word")},
	{keys: []string{"esc", "q", "h", "\\"}, do: back, where: onChips, foot: safe.Own("done"), help: safe.Own("back to the rows")},
	{keys: []string{"enter"}, do: drill, where: onChips, help: safe.Own("back to the rows")},
	{keys: []string{"enter"}, do: drill, where: onPrompt, foot: safe.Own("accept"), help: safe.Own("take what is typed")},
	{keys: []string{"tab"}, do: complete, where: onWords, foot: safe.Own("complete"), help: safe.Own("complete the word")},
	{keys: []string{"up"}, do: goUp, where: onPast, foot: safe.Own("before"), help: safe.Own("what was typed before")},
	{keys: []string{"down"}, do: goDown, where: onPast, help: safe.Own("what was typed after that")},
	{keys: []string{"ctrl+o"}, do: openEditor, where: onProse, foot: safe.Own("$EDITOR"), help: safe.Own("write it in $EDITOR")},
	{keys: []string{"esc"}, do: back, where: onPrompt, foot: safe.Own("leave"), help: safe.Own("leave it as it was")},
	{keys: []string{"enter", "l"}, do: drill, where: everywhere &^ onGuide &^ onHelp &^ onRule &^ onDiff &^ onVersion, foot: safe.Own("open"), help: safe.Own("open what the cursor is on")},
	{keys: []string{"enter", "l"}, do: drill, where: onDiff, foot: safe.Own("open B"), help: safe.Own("open the second event")},
	{keys: []string{"enter", "l"}, do: drill, where: onSteps, foot: safe.Own("rows"), help: safe.Own("the step's rows")},
	{keys: []string{"enter", "l"}, do: drill, where: onStepRows, foot: safe.Own("events"), help: safe.Own("the events behind the row, or its alert")},
	{keys: []string{"y"}, do: answerYes, where: onGuide, foot: safe.Own("yes"), help: safe.Own("answer the step: yes")},
	{keys: []string{"n"}, do: answerNo, where: onGuide, foot: safe.Own("no"), help: safe.Own("answer the step: no")},
	{keys: []string{"u"}, do: answerUnclear, where: onGuide, foot: safe.Own("unclear"), help: safe.Own("answer the step: unclear")},
	{keys: []string{"x"}, do: answerCannot, where: onGuide, foot: safe.Own("cannot"), help: safe.Own("answer the step: cannot be answered, and why")},
	{keys: []string{"w"}, do: writeConclusion, where: onGuide, foot: safe.Own("write"), help: safe.Own("write the step's conclusion")},
	{keys: []string{"delete", "-"}, do: takeBack, where: onGuide, help: safe.Own("take the step's answer back")},
	{keys: []string{"r"}, do: rerun, where: onGuide, help: safe.Own("run the step's query again")},
	{keys: []string{"e"}, do: edit, where: onGuide, help: safe.Own("the step's query in the console, to ask on from there")},
	{keys: []string{"p"}, do: pin, where: onGuide, foot: safe.Own("pin"), help: safe.Own("pin the step's rows to its answer as evidence")},
	{keys: []string{"a"}, do: acknowledge, where: onAnAlert, foot: safe.Own("ack"), help: safe.Own("acknowledge: I am on it")},
	{keys: []string{"w"}, do: writeConclusion, where: onCase, foot: safe.Own("write"), help: safe.Own("write the story")},
	{keys: []string{"c"}, do: closeAlert, where: onCases | onCase, foot: safe.Own("close"), help: safe.Own("close the case with a verdict: a class and a reason")},
	{keys: []string{"O"}, do: reopen, where: onCases | onCase, foot: safe.Own("reopen"), help: safe.Own("open the case again")},
	{keys: []string{"x"}, do: export, where: onCase, foot: safe.Own("export"), help: safe.Own("write the report: Markdown, HTML, JSON or a bundle")},
	{keys: []string{"V"}, do: verify, where: onCase, foot: safe.Own("verify"), help: safe.Own("check all evidence: bytes by hash, queries asked anew")},
	{keys: []string{"n"}, do: note, where: onCase, help: safe.Own("say why the piece of evidence matters")},
	{keys: []string{"T"}, do: retitle, where: onCases | onCase, help: safe.Own("give the case another question")},
	{keys: []string{"A"}, do: assign, where: onCases | onCase, foot: safe.Own("hand over"), help: safe.Own("hand the case to someone")},
	{keys: []string{"delete", "-"}, do: takeBack, where: onRule, help: safe.Own("take the exception under the cursor away")},
	{keys: []string{"delete", "-"}, do: takeBack, where: onCase, help: safe.Own("take the alert or the evidence out of the case")},
	{keys: []string{"m"}, do: toCase, where: onCases, foot: safe.Own("new case"), help: safe.Own("open a case")},
	{keys: []string{"c"}, do: closeAlert, where: onAnAlert, foot: safe.Own("close"), help: safe.Own("close with a class and a reason")},
	{keys: []string{"O"}, do: reopen, where: onAnAlert, foot: safe.Own("reopen"), help: safe.Own("open again: back to new")},
	{keys: []string{"x"}, do: exempt, where: onAlerts | onAlert | onRules | onRule, help: safe.Own("an exception to the rule, with what it would hide")},
	{keys: []string{"A"}, do: assign, where: onAnAlert, help: safe.Own("assign to someone")},
	{keys: []string{"m"}, do: toCase, where: onAnAlert, foot: safe.Own("case"), help: safe.Own("put the alert, or those that are marked, into a case")},
	{keys: []string{"p"}, do: pin, where: onAlert | onEvent | onTimeline | onEvents, foot: safe.Own("pin"), help: safe.Own("pin the event to a case as evidence")},
	{keys: []string{"i"}, do: investigate, where: onAlerts | onAlert, foot: safe.Own("guide"), help: safe.Own("investigate: the guide and its steps")},
	{keys: []string{"t"}, do: timeline, where: onAnAlert | onEvent | onEntities | onEntity, foot: safe.Own("timeline"), help: safe.Own("timeline of the entity")},
	{keys: []string{"t"}, do: timeline, where: onEvents | onFacet, help: safe.Own("timeline of the user, or of the value")},
	{keys: []string{"n"}, do: note, where: onAlerts | onAlert, foot: safe.Own("note"), help: safe.Own("write a note")},
	{keys: []string{"N"}, do: note, where: onGuide, help: safe.Own("write a note about the alert")},
	{keys: []string{" "}, do: markRow, where: onAlerts, help: safe.Own("mark the row")},
	{keys: []string{"*"}, do: markAll, where: onAlerts, help: safe.Own("mark all rows that are shown")},
	{keys: []string{"!"}, do: markInvert, where: onAlerts, help: safe.Own("invert the marks")},
	{keys: []string{"v"}, do: markRange, where: onAlerts, help: safe.Own("begin a range of marks, or end it here")},
	{keys: []string{"S"}, do: sortBack, where: onAlerts, help: safe.Own("sort the other way round")},
	{keys: []string{"="}, do: explainScore, where: onAlerts, help: safe.Own("what the score is made of")},
	{keys: []string{"V"}, do: viewList, where: onAlerts | onEvents, help: safe.Own("the filters that are kept; :save NAME keeps this one")},
	{keys: []string{"M"}, do: onlyMarked, where: onAlerts, help: safe.Own("show only the marked rows, or all")},
	{keys: []string{"s"}, do: sortNext, where: onAlerts | onFacet | onEntities, help: safe.Own("sort by the next order")},
	{keys: []string{"/"}, do: filter, where: everywhere &^ onAlert &^ onGuide &^ onCase &^ onEntity &^ onOverview &^ onQuery &^ onRule &^ onKnob &^ onDiff &^ onVersion, foot: safe.Own("filter"), help: safe.Own("filter or search")},
	{keys: []string{" "}, do: markRow, where: onRules | onRule, foot: safe.Own("on/off"), help: safe.Own("turn the rule on or off")},
	{keys: []string{"enter", "l"}, do: drill, where: onRule, help: safe.Own("a run's alerts, a field's values, a version's changes")},
	{keys: []string{"r"}, do: run, where: onRules | onRule, foot: safe.Own("run"), help: safe.Own("run the rule over all that is loaded")},
	{keys: []string{"a"}, do: showAlerts, where: onRules | onRule, foot: safe.Own("alerts"), help: safe.Own("the rule's alerts")},
	{keys: []string{"b"}, do: backtest, where: onRules | onRule, foot: safe.Own("knob"), help: safe.Own("other thresholds, against your verdicts")},
	{keys: []string{"e"}, do: edit, where: onRules | onRule, foot: safe.Own("query"), help: safe.Own("the rule's query in the console")},
	{keys: []string{"v"}, do: openPager, where: onRules | onRule | onEvent | onGuide | onCase, help: safe.Own("the text in $PAGER")},
	{keys: []string{"Y"}, do: copyRaw, where: onEvent, help: safe.Own("copy the value as it is, after a question")},
	{keys: []string{"R"}, do: reveal, where: onEvent | onQuery | onGuide | onAlert, help: safe.Own("show what is masked or veiled; the journal keeps why")},
	{keys: []string{"w"}, do: writeFile, where: onEvent, help: safe.Own("write what is shown to a file, as it is")},
	{keys: []string{"c"}, do: chooseColumns, where: onEvent, help: safe.Own("make the field a column of lists of events")},
	{keys: []string{"f"}, do: filterFor, where: onValues, foot: safe.Own("for"), help: safe.Own("filter for the value: only events that have it")},
	{keys: []string{"F"}, do: filterOut, where: onValues, foot: safe.Own("out"), help: safe.Own("filter the value out")},
	{keys: []string{"="}, do: sameInTime, where: onValues, foot: safe.Own("in time"), help: safe.Own("the same value in time: its timeline")},
	{keys: []string{"f"}, do: filterFor, where: onTimeline, help: safe.Own("its events as a list, which takes more filters")},
	{keys: []string{"F"}, do: filterOut, where: onTimeline, help: safe.Own("the events of all others in its time")},
	{keys: []string{"ctrl+r"}, do: run, where: onEditor, foot: safe.Own("run"), help: safe.Own("run the query")},
	{keys: []string{"tab"}, do: complete, where: onEditor, foot: safe.Own("complete"), help: safe.Own("complete the word; again: the next that fits")},
	{keys: []string{"ctrl+t"}, do: nextLanguage, where: onEditor | onQuery, foot: safe.Own("language"), help: safe.Own("the other language")},
	{keys: []string{"ctrl+o"}, do: oldQueries, where: onEditor | onQuery, foot: safe.Own("history"), help: safe.Own("the queries that were run before")},
	{keys: []string{"esc"}, do: back, where: onEditor, foot: safe.Own("leave the text"), help: safe.Own("leave the text for the rows; stops a run")},
	{keys: []string{"ctrl+l"}, do: redraw, where: onEditor, help: safe.Own("draw the screen again")},
	{keys: []string{"r", "ctrl+r"}, do: run, where: onQuery, foot: safe.Own("run"), help: safe.Own("run the query")},
	{keys: []string{"i", "tab"}, do: edit, where: onQuery, foot: safe.Own("type"), help: safe.Own("type in the query's text")},
	{keys: []string{"right", ">"}, do: nextColumn, where: onQuery, foot: safe.Own("column"), help: safe.Own("the next column, scrolling sideways")},
	{keys: []string{"left", "<"}, do: prevColumn, where: onQuery, help: safe.Own("the column before")},
	{keys: []string{"S"}, do: saveRule, where: onQuery, foot: safe.Own("save rule"), help: safe.Own("save the query as a rule")},
	{keys: []string{"P"}, do: showPlan, where: onQuery, help: safe.Own("the plan: the query's stages and their rows")},
	{keys: []string{"W"}, do: setWindow, where: onQuery, help: safe.Own("the window of time that is scanned")},
	{keys: []string{"e"}, do: openEditor, where: onCase, help: safe.Own("write the story in $EDITOR")},
	{keys: []string{"e"}, do: openEditor, where: onQuery, help: safe.Own("the text in $EDITOR")},
	{keys: []string{"w"}, do: writeFile, where: onQuery, help: safe.Own("write the rows to a file, as CSV")},
	{keys: []string{"o"}, do: countValues, where: onEvents | onEvent | onAlert | onEntities | onEntity | onCase | onStepRows, foot: safe.Own("count"), help: safe.Own("count the values of the field")},
	{keys: []string{"tab"}, do: nextPane, where: onEvents, foot: safe.Own("column"), help: safe.Own("the next column: f F = o y are about its value")},
	{keys: []string{"shift+tab"}, do: prevPane, where: onEvents, help: safe.Own("the column before")},
	{keys: []string{"@"}, do: jump, where: onEvents, foot: safe.Own("go to"), help: safe.Own("go to a time")},
	{keys: []string{"c"}, do: chooseColumns, where: onEvents, foot: safe.Own("columns"), help: safe.Own("choose the columns")},
	{keys: []string{"z"}, do: fold, where: onEvents, foot: safe.Own("zoom"), help: safe.Own("zoom in on a quarter of the time, around the cursor")},
	{keys: []string{"Z"}, do: foldAll, where: onEvents, help: safe.Own("zoom out to four times the time")},
	{keys: []string{"\\"}, do: chips, where: onAlerts | onEvents | onFacet, help: safe.Own("the words of the filter: turn off and on, drop")},
	{keys: []string{"d"}, do: compare, where: onEvents | onEvent | onTimeline | onAlert, help: safe.Own("hold the event, or compare it with the one held")},
	{keys: []string{"tab", "shift+tab"}, do: nextPane, where: onDiff, foot: safe.Own("all fields"), help: safe.Own("all fields, or only those that differ")},
	{keys: []string{"tab", "shift+tab"}, do: nextPane, where: onVersion, foot: safe.Own("whole text"), help: safe.Own("the whole text, or only around what was changed")},
	{keys: []string{"}", "J"}, do: nextItem, where: onVersion, foot: safe.Own("older"), help: safe.Own("the version before")},
	{keys: []string{"{", "K"}, do: prevItem, where: onVersion, foot: safe.Own("newer"), help: safe.Own("the version after")},
	{keys: []string{"z"}, do: fold, where: onEvent, foot: safe.Own("fold"), help: safe.Own("fold or unfold")},
	{keys: []string{"Z"}, do: foldAll, where: onEvent, help: safe.Own("fold or unfold all")},
	{keys: []string{"o"}, do: fold, where: onTimeline, foot: safe.Own("unfold"), help: safe.Own("open the run of like events, or fold it again")},
	{keys: []string{"O"}, do: foldAll, where: onTimeline, help: safe.Own("open all runs, or fold them")},
	{keys: []string{"z"}, do: zoomIn, where: onTimeline, foot: safe.Own("zoom"), help: safe.Own("zoom in on a quarter of the time, around the cursor")},
	{keys: []string{"Z"}, do: zoomOut, where: onTimeline, help: safe.Own("zoom out to four times the time")},
	{keys: []string{")"}, do: nextGap, where: onTimeline, foot: safe.Own("gap"), help: safe.Own("the next silence or data gap")},
	{keys: []string{"("}, do: prevGap, where: onTimeline, help: safe.Own("the silence or data gap before")},
	{keys: []string{"y"}, do: copyValue, where: everywhere &^ onGuide &^ onHelp, help: safe.Own("copy the value, escaped, by OSC 52")},
	{keys: []string{"}", "J"}, do: nextItem, where: onGuide, foot: safe.Own("next"), help: safe.Own("the next step, from its rows too")},
	{keys: []string{"{", "K"}, do: prevItem, where: onGuide, help: safe.Own("the step before")},
	{keys: []string{"}", "J"}, do: nextItem, where: onAlert | onEvent | onTimeline, foot: safe.Own("next"), help: safe.Own("the next alert or event")},
	{keys: []string{"{", "K"}, do: prevItem, where: onAlert | onEvent | onTimeline, help: safe.Own("the one before")},
	{keys: []string{"tab"}, do: nextPane, where: onEntities, foot: safe.Own("kind"), help: safe.Own("the next kind: users, resources, accounts, models ..")},
	{keys: []string{"shift+tab"}, do: prevPane, where: onEntities, help: safe.Own("the kind before")},
	{keys: []string{"tab"}, do: nextPane, where: onKnob, foot: safe.Own("threshold"), help: safe.Own("the rule's next threshold")},
	{keys: []string{"shift+tab"}, do: prevPane, where: onKnob, help: safe.Own("the threshold before")},
	{keys: []string{"tab"}, do: nextPane, where: onRule | onAlert | onEvent | onGuide | onCase | onTimeline, help: safe.Own("the next pane or part")},
	{keys: []string{"shift+tab"}, do: prevPane, where: onRule | onAlert | onEvent | onGuide | onCase | onTimeline, help: safe.Own("the pane or part before")},
	{keys: []string{"u", "U"}, do: undo, where: everywhere &^ onGuide &^ onAlerts &^ onAlert, help: safe.Own("undo your last change")},
	{keys: []string{"u", "U"}, do: undo, where: onAlerts | onAlert, foot: safe.Own("undo"), help: safe.Own("undo your last change")},
	{keys: []string{"U"}, do: undo, where: onGuide, help: safe.Own("undo your last change")},
	{keys: []string{"ctrl+r"}, do: redo, where: everywhere &^ onQuery, help: safe.Own("redo")},
	{keys: []string{"j", "down"}, do: goDown, where: everywhere | onChips, help: safe.Own("down")},
	{keys: []string{"k", "up"}, do: goUp, where: everywhere | onChips, help: safe.Own("up")},
	{keys: []string{"g", "home"}, do: goTop, where: everywhere | onChips, help: safe.Own("to the top (gg too)")},
	{keys: []string{"G", "end"}, do: goBottom, where: everywhere | onChips, help: safe.Own("to the bottom")},
	{keys: []string{"ctrl+d", "pgdown"}, do: pageDown, where: everywhere, help: safe.Own("half a page down")},
	{keys: []string{"ctrl+u", "pgup"}, do: pageUp, where: everywhere, help: safe.Own("half a page up")},
	{keys: []string{"1"}, do: toOverview, where: everywhere, help: safe.Own("the overview; again: its first screen")},
	{keys: []string{"2"}, do: toAlerts, where: everywhere &^ onOverview, help: safe.Own("the alerts, as you left them; again: the queue")},
	{keys: []string{"3"}, do: toUsers, where: everywhere &^ onOverview, help: safe.Own("users and other entities")},
	{keys: []string{"4"}, do: toEvents, where: everywhere &^ onOverview, help: safe.Own("the events")},
	{keys: []string{"5"}, do: toQuery, where: everywhere &^ onOverview, help: safe.Own("the query console")},
	{keys: []string{"6"}, do: toRules, where: everywhere &^ onOverview, help: safe.Own("the rules")},
	{keys: []string{"7"}, do: toCases, where: everywhere &^ onOverview, help: safe.Own("the cases")},
	{keys: []string{"["}, do: historyBack, where: everywhere, help: safe.Own("back in history, as it was left")},
	{keys: []string{"]"}, do: historyForward, where: everywhere, help: safe.Own("forward in history")},
	{keys: []string{":"}, do: palette, where: everywhere, help: safe.Own("commands, with completion by tab")},
	{keys: []string{"?"}, do: help, where: everywhere, foot: safe.Own("help"), help: safe.Own("help for this screen; / searches it")},
	{keys: []string{"esc", "h", "backspace"}, do: back, where: onQuery, help: safe.Own("back to where this came from; stops a run")},
	{keys: []string{"esc", "h", "backspace", "left"}, do: back, where: everywhere &^ onQuery, help: safe.Own("back to where this came from")},
	{keys: []string{"ctrl+l"}, do: redraw, where: everywhere, help: safe.Own("draw the screen again")},
	{keys: []string{"q"}, do: quit, where: everywhere, foot: safe.Own("quit"), help: safe.Own("quit")},
}

// writing are the actions that change the store, and the screens where they do.
var writing = map[action]scope{
	acknowledge: everywhere, assign: everywhere, closeAlert: everywhere, reopen: everywhere, note: everywhere, toCase: everywhere, pin: everywhere,
	exempt: everywhere, answerYes: everywhere, answerNo: everywhere, answerUnclear: everywhere, answerCannot: everywhere, writeConclusion: everywhere,
	takeBack: everywhere, retitle: everywhere, saveRule: everywhere, reveal: everywhere, undo: everywhere, redo: everywhere,
	openEditor: onCase, markRow: onRules | onRule, run: onRules | onRule,
}

// meaning is what a key asks for on a screen.
func (k *Keys) meaning(key string, where scope) action {
	for _, b := range k.rows() {
		if b.where&where == 0 {
			continue
		}
		for _, one := range b.keys {
			if one == key {
				return b.do
			}
		}
	}
	return none
}

// footer is the keys of a screen that have room, the first of the table first, without those that have nothing to do as the screen stands;
// help and quit always have room.
func (k *Keys) footer(where scope, width int, idle func(action) bool) widget.Line {
	var l, end widget.Line
	for _, b := range k.rows() {
		if b.foot.String() == "" || b.where&where == 0 {
			continue
		}
		if b.do == help || b.do == quit {
			putKey(&end, b)
		}
	}
	for _, b := range k.rows() {
		if b.foot.String() == "" || b.where&where == 0 || b.do == help || b.do == quit || idle(b.do) {
			continue
		}
		var one widget.Line
		putKey(&one, b)
		if l.Width()+one.Width()+end.Width() > width {
			break
		}
		l.Append(one)
	}
	return *l.Append(end)
}

func putKey(l *widget.Line, b binding) {
	l.Space(1).Put(widget.Key, keyName(b.keys[0])).Space(1).Put(widget.Plain, b.foot).Space(1)
}

// hint is the key of an action on a screen, for texts that speak of it.
func (k *Keys) hint(act action, where scope) string {
	for _, b := range k.rows() {
		if b.do == act && b.where&where != 0 {
			return keyName(b.keys[len(b.keys)-1]).String()
		}
	}
	return ":"
}

func keyName(key string) safe.Text {
	if key == " " {
		return safe.Own("space")
	}
	return safe.Escape(key)
}

// undoable is what was done, and the key that takes it back.
func (a *App) undoable(format string, args ...any) string {
	return fmt.Sprintf(format, args...) + "   " + a.Keys.hint(undo, onGuide) + " undoes"
}
