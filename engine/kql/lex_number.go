package kql

import (
	"strconv"
	"strings"

	"casebook/engine/column"
)

// Numbers, and the spans of time that are written like them.

// nanos are the names of nanoseconds, a hundred of which are one tick.
var nanos = words("nano nanos nanosec nanosecond nanoseconds")

// units are the other suffixes of timespan literals.
var units = map[string]int64{
	"d": column.Day, "day": column.Day, "days": column.Day,
	"h": column.Hour, "hr": column.Hour, "hrs": column.Hour, "hour": column.Hour, "hours": column.Hour,
	"m": column.Minute, "min": column.Minute, "mins": column.Minute, "minute": column.Minute, "minutes": column.Minute,
	"s": column.Second, "sec": column.Second, "secs": column.Second, "second": column.Second, "seconds": column.Second,
	"ms": column.Millisecond, "milli": column.Millisecond, "millis": column.Millisecond, "millisec": column.Millisecond,
	"millisecond": column.Millisecond, "milliseconds": column.Millisecond,
	"micro": column.Microsecond, "micros": column.Microsecond, "microsec": column.Microsecond,
	"microsecond": column.Microsecond, "microseconds": column.Microsecond,
	"tick": 1, "ticks": 1,
}

func (l *lexer) number() token {
	start := l.at
	src := l.src
	if strings.HasPrefix(src[l.at:], "0x") || strings.HasPrefix(src[l.at:], "0X") {
		l.at += 2 + wordEnd(src[l.at+2:])
		return token{kind: number, text: src[start:l.at]}
	}
	l.digits()
	k := number
	if l.at+1 < len(src) && src[l.at] == '.' && src[l.at+1] >= '0' && src[l.at+1] <= '9' {
		l.at++
		l.digits()
		k = fraction
	} else if l.at < len(src) && src[l.at] == '.' && !strings.HasPrefix(src[l.at:], "..") && wordEnd(src[l.at+1:]) == 0 {
		l.at++
		k = fraction
	}
	if l.at < len(src) && (src[l.at] == 'e' || src[l.at] == 'E') {
		at := l.at + 1
		if at < len(src) && (src[at] == '+' || src[at] == '-') {
			at++
		}
		if at < len(src) && src[at] >= '0' && src[at] <= '9' {
			l.at = at
			l.digits()
			k = fraction
		}
	}
	figures := src[start:l.at]
	suffix := wordEnd(src[l.at:])
	if suffix == 0 {
		return token{kind: k, text: figures}
	}
	unit := src[l.at : l.at+suffix]
	l.at += suffix
	if nanos[unit] {
		if ticks, ok := scale(figures, 1); ok {
			return token{kind: duration, text: src[start:l.at], ticks: ticks / 100}
		}
	}
	size, ok := units[unit]
	if !ok {
		// Names may begin with figures; such a word is unknown unless a column has it.
		return token{kind: word, text: src[start:l.at]}
	}
	ticks, ok := scale(figures, size)
	if !ok {
		l.errorf(start, "the timespan %s is out of range", src[start:l.at])
		return token{kind: broken}
	}
	return token{kind: duration, text: src[start:l.at], ticks: ticks}
}

// scale is a decimal number of units, in ticks.
func scale(figures string, size int64) (int64, bool) {
	if n, err := strconv.ParseInt(figures, 10, 64); err == nil {
		if n != 0 && (n*size)/n != size {
			return 0, false
		}
		return n * size, true
	}
	f, err := strconv.ParseFloat(figures, 64)
	if err != nil {
		return 0, false
	}
	f *= float64(size)
	if f > 9.2e18 || f < -9.2e18 {
		return 0, false
	}
	if f < 0 {
		return int64(f - 0.5), true
	}
	return int64(f + 0.5), true
}

func (l *lexer) digits() {
	for l.at < len(l.src) && l.src[l.at] >= '0' && l.src[l.at] <= '9' {
		l.at++
	}
}
