package esql

import (
	"maps"
	"slices"
	"strings"
	"testing"
)

// TestGrokPatterns: what each named pattern finds in a text; "" is nothing. Every pattern has its line, and stands in one.
func TestGrokPatterns(t *testing.T) {
	const apache = `10.0.0.1 - ana [10/Oct/2024:13:55:36 -0700] "GET /a?b=1 HTTP/1.1" 200 2326`
	tests := map[string][]string{ // texts, and behind each what is found
		"USERNAME": {"<a.b_c-1>", "a.b_c-1", "!", ""}, "USER": {" ana ", "ana"},
		"EMAILLOCALPART": {"a+b.c@x", "a+b.c", "@", "", strings.Repeat("x", 70) + "@", strings.Repeat("x", 64)},
		"EMAILADDRESS":   {"to a+b@mail.example.org.", "a+b@mail.example.org.", "a@ b", ""},
		"INT":            {"a-12b", "-12", "x", ""}, "BASE10NUM": {"v1.2.3 4.5", "1.2", "a .5", ".5", "--1", ""}, "NUMBER": {"n=-7.25;", "-7.25"},
		"BASE16NUM": {"0xFFz", "0xFF", "xyz", ""}, "BASE16FLOAT": {" 1f.8a ", "1f.8a", "g", ""}, "POSINT": {"0 12", "12", "a1", ""}, "NONNEGINT": {"a 0", "0"},
		"WORD": {" - a_1!", "a_1", "été x", "x", "-", ""}, "NOTSPACE": {" a,b c", "a,b", " ", ""}, "SPACE": {"  x", "  "}, "DATA": {"abc", ""}, "GREEDYDATA": {"a b\nc", "a b"},
		"GREEDYMULTILINE": {"a\nb", "a\nb"},
		"QUOTEDSTRING":    {`say "a \" b" now`, `"a \" b"`, "it's `x y`", "`x y`", `"open`, "", `''`, "''"}, "QS": {`'a "b" c'`, `'a "b" c'`},
		"UUID": {"id 0195f0aa-1c2d-7e3f-8a9b-00112233aabb.", "0195f0aa-1c2d-7e3f-8a9b-00112233aabb", "0195f0aa1c2d", ""},
		"URN":  {"urn:isbn:045-1450523 x", "urn:isbn:045-1450523", "urn:-a:b", ""},

		"CISCOMAC": {"0123.4567.89ab", "0123.4567.89ab"}, "WINDOWSMAC": {"01-23-45-67-89-AB", "01-23-45-67-89-AB"}, "COMMONMAC": {"01:23:45:67:89:ab", "01:23:45:67:89:ab"},
		"MAC":  {"x 01-23-45-67-89-AB", "01-23-45-67-89-AB", "01:23:45:67:89", ""},
		"IPV4": {"a 10.1.2.3:80", "10.1.2.3", "256.1.2.3.4.", "1.2.3.4", "1.2.3", ""},
		"IPV6": {"[2001:db8::1]:443", "2001:db8::1", "::1", "::1", "fe80::1:2", "fe80::1:2", "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8", "fe80::1%eth0", "fe80::1%eth0", "12:3", ""},
		"IP":   {"from ::1", "::1", "at 192.168.0.1", "192.168.0.1"}, "HOSTNAME": {" web-1.example.org ", "web-1.example.org", "-", ""},
		"IPORHOST": {"10.0.0.1", "10.0.0.1", "db1", "db1"}, "HOSTPORT": {"to db1:5432", "db1:5432", "db1", ""},

		"PATH": {"at /var/log", "/var/log", `in C:\Users\ana`, `C:\Users\ana`}, "UNIXPATH": {"x /été/a_b.log ", "/été/a_b.log", "a", ""}, "TTY": {"on /dev/pts/3", "/dev/pts/3", "/dev/null", ""},
		"WINPATH": {`D:\a b\c.txt`, `D:\a b\c.txt`, "D:", ""}, "URIPROTO": {"git+ssh://", "git+ssh", "-", ""}, "URIHOST": {"example.org:81", "example.org:81"},
		"URIPATH": {"x/a/b;c=1?d", "/a/b;c=1", "a", ""}, "URIQUERY": {"a=1&b=[2]^", "a=1&b=[2]"}, "URIPARAM": {"/x?a=1", "?a=1", "/x", ""}, "URIPATHPARAM": {"GET /x?a=1 ", "/x?a=1", "x", ""},
		"URI": {"see https://ana:pw@example.org:8443/a/b?c=d now", "https://ana:pw@example.org:8443/a/b?c=d", "file:///etc/x", "file:///etc/x", "a:b", ""},

		"MONTH": {"7 März", "März", "Januar", "Januar", "July", "July", "Maybe", ""}, "MONTHNUM": {"12", "1", "10", "1", "x0", ""}, "MONTHNUM2": {"9 09", "09"}, "MONTHDAY": {"31", "31", "0", ""},
		"DAY": {"on Tuesday", "Tuesday", "tue", ""}, "YEAR": {"in 2024", "2024", "'99", "99", "7", ""}, "HOUR": {"24", "2", "23", "23"}, "MINUTE": {"75 07", "07"},
		"SECOND": {"60", "6", "59", "59", "5.25", "5.25", "x", ""}, "TIME": {"at 8:05:09.5z", "8:05:09.5", "8:05", ""}, "DATE_US": {"12/24/2024", "12/24/2024", "24/12/2024", "4/12/2024"},
		"DATE_EU": {"24.12.2024", "24.12.2024"}, "DATE": {"on 24.12.24", "24.12.24", "12/24/2024", "12/24/2024"}, "DATESTAMP": {"24.12.2024 18:00:01", "24.12.2024 18:00:01", "24.12.2024", ""},
		"ISO8601_TIMEZONE": {"+02:00", "+02:00", "Z", "Z", "+2", ""}, "ISO8601_SECOND": {"59,123", "59,123"}, "ISO8601_HOUR": {"7 07", "07"},
		"TIMESTAMP_ISO8601": {"[2024-12-24T18:00:01.5Z]", "2024-12-24T18:00:01.5Z", "2024-12-24 18:00", "2024-12-24 18:00", "2024-12-24", ""}, "TZ": {"PST", "PST", "UTC", "UTC", "CEST", "EST", "GMT", ""},
		"DATESTAMP_RFC822": {"Tue Dec 24 2024 18:00:01 UTC", "Tue Dec 24 2024 18:00:01 UTC"}, "DATESTAMP_RFC2822": {"Tue, 24 Dec 2024 18:00:01 +0100", "Tue, 24 Dec 2024 18:00:01 +0100"},
		"DATESTAMP_OTHER": {"Tue Dec 24 18:00:01 UTC 2024", "Tue Dec 24 18:00:01 UTC 2024"}, "DATESTAMP_EVENTLOG": {"20241224180001", "20241224180001", "2024122418", ""},
		"HTTPDATE": {"[10/Oct/2024:13:55:36 -0700]", "10/Oct/2024:13:55:36 -0700", "10/10/2024", ""}, "HTTPDERROR_DATE": {"Tue Dec 24 18:00:01 2024", "Tue Dec 24 18:00:01 2024"},

		"SYSLOGTIMESTAMP": {"Dec  4 18:00:01 x", "Dec  4 18:00:01", "Dec 18:00:01", ""}, "PROG": {"[sshd]", "sshd"}, "SYSLOGPROG": {"sshd[42]:", "sshd[42]", "cron:", "cron:"},
		"SYSLOGHOST": {"web-1", "web-1"}, "SYSLOGFACILITY": {"<10.3>", "<10.3>", "<10>", ""}, "SYSLOGBASE": {"Dec 24 18:00:01 web-1 sshd[42]: hi", "Dec 24 18:00:01 web-1 sshd[42]:"},
		"SYSLOGBASE2": {"2024-12-24T18:00:01Z web-1 sshd[42]: hi", "2024-12-24T18:00:01Z web-1 sshd[42]:"}, "SYSLOGLINE": {"Dec 24 18:00:01 web-1 sshd: hi all", "Dec 24 18:00:01 web-1 sshd: hi all"},
		"SYSLOGPAMSESSION": {"Dec 24 18:00:01 w sudo: pam_unix(sudo:session): session opened for user root by ana", "Dec 24 18:00:01 w sudo: pam_unix(sudo:session): session opened for user root by ana"},
		"CRON_ACTION":      {"CMD x", "CMD "}, "CRONLOG": {"Dec 24 18:00:01 w cron[7]: (root) CMD (run-parts)", "Dec 24 18:00:01 w cron[7]: (root) CMD (run-parts)"},
		"SYSLOG5424PRINTASCII": {" a~b é", "a~b"}, "SYSLOG5424PRI": {"<34>1", "<34>", "<x>", ""}, "SYSLOG5424SD": {"[a b=1]]x", "[a b=1]]"},
		"SYSLOG5424BASE": {"<34>1 2024-12-24T18:00:01Z web-1 su - ID47 - hi", "<34>1 2024-12-24T18:00:01Z web-1 su - ID47 -"},
		"SYSLOG5424LINE": {"<34>1 - web-1 su 7 - [a b] hi all", "<34>1 - web-1 su 7 - [a b] hi all"},
		"LOGLEVEL":       {"[WARNING]", "WARNING", "information", "information", "Error", "Error", "x", ""}, "HTTPDUSER": {"a@b.c", "a@b.c", "ana", "ana"},
		"HTTPD_COMMONLOG": {apache, apache}, "COMMONAPACHELOG": {apache, apache}, "HTTPD_COMBINEDLOG": {apache + ` "-" "curl/8"`, apache + ` "-" "curl/8"`, apache, ""},
		"COMBINEDAPACHELOG": {apache + ` "-" "curl/8"`, apache + ` "-" "curl/8"`},
		"HTTPD20_ERRORLOG":  {"[Tue Dec 24 18:00:01 2024] [error] [client 10.0.0.1] not found", "[Tue Dec 24 18:00:01 2024] [error] [client 10.0.0.1] not found"},
	}
	for _, name := range slices.Sorted(maps.Keys(grokPatterns)) {
		pattern, err := newGrok("%{" + name + ":found}")
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if len(tests[name]) == 0 {
			t.Errorf("%s is not tried", name)
		}
		for pairs := slices.Collect(slices.Chunk(tests[name], 2)); len(pairs) > 0; pairs = pairs[1:] {
			values, ok, err := pattern.extract(pairs[0][0])
			found := ""
			if ok {
				found = values[0].(string)
			}
			if err != nil || found != pairs[0][1] {
				t.Errorf("%s finds %q in %q, want %q (%v)", name, found, pairs[0][0], pairs[0][1], err)
			}
		}
	}
}
