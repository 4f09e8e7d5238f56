package esql

// grokPatterns are the named patterns of GROK. Those that look at what stands beside a match, so that a number is never part of
// another, cannot run on Go's expressions; the others can.
var grokPatterns = map[string]string{
	"USERNAME": `[a-zA-Z0-9._-]+`, "USER": `%{USERNAME}`,
	"EMAILLOCALPART": `[a-zA-Z0-9!#$%&'*+\-/=?^_\x60{|}~]{1,64}(?:\.[a-zA-Z0-9!#$%&'*+\-/=?^_\x60{|}~]{1,62}){0,63}`, "EMAILADDRESS": `%{EMAILLOCALPART}@%{HOSTNAME}`,
	"INT": `(?:[+-]?(?:[0-9]+))`, "BASE10NUM": `(?<![\d.+-])(?>[+-]?(?:\d+(?:\.\d+)?|\.\d+))`, "NUMBER": `(?:%{BASE10NUM})`,
	"BASE16NUM": `(?<![0-9A-Fa-f])[+-]?(?:0x)?[0-9A-Fa-f]+`, "BASE16FLOAT": `\b(?<![0-9A-Fa-f.])[+-]?(?:0x)?(?:[0-9A-Fa-f]+(?:\.[0-9A-Fa-f]*)?|\.[0-9A-Fa-f]+)\b`,
	"POSINT": `\b(?:[1-9][0-9]*)\b`, "NONNEGINT": `\b(?:[0-9]+)\b`,
	"WORD": `\b\w+\b`, "NOTSPACE": `\S+`, "SPACE": `\s*`, "DATA": `.*?`, "GREEDYDATA": `.*`, "GREEDYMULTILINE": `(?:.|\n|\r)*`,
	"QUOTEDSTRING": `(?<!\\)(?>"(?:\\.|[^\\"])*+"|'(?:\\.|[^\\'])*+'|\x60(?:\\.|[^\\\x60])*+\x60)`, "QS": `%{QUOTEDSTRING}`,
	"UUID": `[A-Fa-f0-9]{8}-(?:[A-Fa-f0-9]{4}-){3}[A-Fa-f0-9]{12}`,
	"URN":  `urn:[0-9A-Za-z][0-9A-Za-z-]{0,31}:(?:%[0-9a-fA-F]{2}|[0-9A-Za-z()+,.:=@;$_!*'/?#-])+`,

	"CISCOMAC": `(?:(?:[A-Fa-f0-9]{4}\.){2}[A-Fa-f0-9]{4})`, "WINDOWSMAC": `(?:(?:[A-Fa-f0-9]{2}-){5}[A-Fa-f0-9]{2})`,
	"COMMONMAC": `(?:(?:[A-Fa-f0-9]{2}:){5}[A-Fa-f0-9]{2})`, "MAC": `(?:%{CISCOMAC}|%{WINDOWSMAC}|%{COMMONMAC})`,
	"IPV4":     `(?<![0-9])(?:(?:25[0-5]|2[0-4][0-9]|[0-1]?[0-9]{1,2})[.](?:25[0-5]|2[0-4][0-9]|[0-1]?[0-9]{1,2})[.](?:25[0-5]|2[0-4][0-9]|[0-1]?[0-9]{1,2})[.](?:25[0-5]|2[0-4][0-9]|[0-1]?[0-9]{1,2}))(?![0-9])`,
	"IPV6":     `(?:(?:[0-9A-Fa-f]{1,4}:){7}[0-9A-Fa-f]{1,4}|(?:[0-9A-Fa-f]{1,4}:){1,6}(?::[0-9A-Fa-f]{1,4}){1,6}|(?:[0-9A-Fa-f]{1,4}:){1,7}:|:(?:(?::[0-9A-Fa-f]{1,4}){1,7}|:)|::(?:[fF]{4}:)?%{IPV4}|(?:[0-9A-Fa-f]{1,4}:){6}%{IPV4})(?:%.+)?`,
	"IP":       `(?:%{IPV6}|%{IPV4})`,
	"HOSTNAME": `\b(?:[0-9A-Za-z][0-9A-Za-z-]{0,62})(?:\.(?:[0-9A-Za-z][0-9A-Za-z-]{0,62}))*(?:\.?|\b)`,
	"IPORHOST": `(?:%{IP}|%{HOSTNAME})`, "HOSTPORT": `%{IPORHOST}:%{POSINT}`,

	"PATH": `(?:%{UNIXPATH}|%{WINPATH})`, "UNIXPATH": `(?:/[\p{L}\p{M}\p{Nd}_%!$@:.,+~-]*)+`, "TTY": `(?:/dev/(?:pts|tty(?:[pq])?)(?:\w+)?/?(?:[0-9]+))`,
	"WINPATH": `(?:[A-Za-z]+:|\\)(?:\\[^\\?*]*)+`, "URIPROTO": `[A-Za-z](?:[A-Za-z0-9+\-.]+)+`, "URIHOST": `%{IPORHOST}(?::%{POSINT})?`,
	"URIPATH": `(?:/[A-Za-z0-9$.+!*'(){},~:;=@#%&_\-]*)+`, "URIQUERY": `[A-Za-z0-9$.+!*'|(){},~@#%&/=:;_?\-\[\]<>]*`, "URIPARAM": `\?%{URIQUERY}`,
	"URIPATHPARAM": `%{URIPATH}(?:\?%{URIQUERY})?`, "URI": `%{URIPROTO}://(?:%{USER}(?::[^@]*)?@)?(?:%{URIHOST})?(?:%{URIPATH}(?:\?%{URIQUERY})?)?`,

	"MONTH":    `\b(?:[Jj]an(?:uary?)?|[Ff]eb(?:ruary?)?|[Mm][aä]?r(?:ch|z)?|[Aa]pr(?:il)?|[Mm]a[yi]?|[Jj]un[ei]?|[Jj]ul[yi]?|[Aa]ug(?:ust)?|[Ss]ep(?:tember)?|[Oo][ck]?t(?:ober)?|[Nn]ov(?:ember)?|[Dd]e[cz](?:ember)?)\b`,
	"MONTHNUM": `(?:0?[1-9]|1[0-2])`, "MONTHNUM2": `(?:0[1-9]|1[0-2])`, "MONTHDAY": `(?:(?:0[1-9])|(?:[12][0-9])|(?:3[01])|[1-9])`,
	"DAY":  `(?:Mon(?:day)?|Tue(?:sday)?|Wed(?:nesday)?|Thu(?:rsday)?|Fri(?:day)?|Sat(?:urday)?|Sun(?:day)?)`,
	"YEAR": `(?:\d\d){1,2}`, "HOUR": `(?:2[0123]|[01]?[0-9])`, "MINUTE": `(?:[0-5][0-9])`, "SECOND": `(?:(?:[0-5]?[0-9]|60)(?:[:.,][0-9]+)?)`,
	"TIME": `%{HOUR}:%{MINUTE}:%{SECOND}(?![0-9])`, "DATE_US": `%{MONTHNUM}[/-]%{MONTHDAY}[/-]%{YEAR}`, "DATE_EU": `%{MONTHDAY}[./-]%{MONTHNUM}[./-]%{YEAR}`,
	"ISO8601_TIMEZONE": `(?:Z|[+-]%{HOUR}(?::?%{MINUTE}))`, "ISO8601_SECOND": `%{SECOND}`, "ISO8601_HOUR": `(?:2[0123]|[01][0-9])`,
	"TIMESTAMP_ISO8601": `%{YEAR}-%{MONTHNUM}-%{MONTHDAY}[T ]%{HOUR}:?%{MINUTE}(?::?%{SECOND})?%{ISO8601_TIMEZONE}?`,
	"DATE":              `(?:%{DATE_US}|%{DATE_EU})`, "DATESTAMP": `%{DATE}[- ]%{TIME}`, "TZ": `(?:[PMACE][SD]T|UTC)`,
	"DATESTAMP_RFC822": `%{DAY} %{MONTH} %{MONTHDAY} %{YEAR} %{TIME} %{TZ}`, "DATESTAMP_RFC2822": `%{DAY}, %{MONTHDAY} %{MONTH} %{YEAR} %{TIME} %{ISO8601_TIMEZONE}`,
	"DATESTAMP_OTHER": `%{DAY} %{MONTH} %{MONTHDAY} %{TIME} %{TZ} %{YEAR}`, "DATESTAMP_EVENTLOG": `%{YEAR}%{MONTHNUM2}%{MONTHDAY}%{HOUR}%{MINUTE}%{SECOND}`,
	"HTTPDATE": `%{MONTHDAY}/%{MONTH}/%{YEAR}:%{TIME} %{INT}`, "HTTPDERROR_DATE": `%{DAY} %{MONTH} %{MONTHDAY} %{TIME} %{YEAR}`,

	"SYSLOGTIMESTAMP": `%{MONTH} +%{MONTHDAY} %{TIME}`, "PROG": `[\x21-\x5a\x5c\x5e-\x7e]+`, "SYSLOGPROG": `%{PROG:process.name}(?:\[%{POSINT:process.pid:int}\])?`,
	"SYSLOGBASE": `%{SYSLOGTIMESTAMP:timestamp} (?:%{SYSLOGFACILITY} )?%{SYSLOGHOST:host.hostname} %{SYSLOGPROG}:`,
	"SYSLOGHOST": `%{IPORHOST}`, "SYSLOGFACILITY": `<%{NONNEGINT:log.syslog.facility.code:int}.%{NONNEGINT:log.syslog.priority:int}>`,
	"LOGLEVEL":          `(?:[Aa]lert|ALERT|[Tt]race|TRACE|[Dd]ebug|DEBUG|[Nn]otice|NOTICE|[Ii]nfo?(?:rmation)?|INFO?(?:RMATION)?|[Ww]arn?(?:ing)?|WARN?(?:ING)?|[Ee]rr?(?:or)?|ERR?(?:OR)?|[Cc]rit?(?:ical)?|CRIT?(?:ICAL)?|[Ff]atal|FATAL|[Ss]evere|SEVERE|EMERG(?:ENCY)?|[Ee]merg(?:ency)?)`,
	"HTTPDUSER":         `(?:%{EMAILADDRESS}|%{USER})`,
	"HTTPD_COMMONLOG":   `%{IPORHOST:source.address} (?:-|%{HTTPDUSER:apache.access.user.identity}) (?:-|%{HTTPDUSER:user.name}) \[%{HTTPDATE:timestamp}\] "(?:%{WORD:http.request.method} %{NOTSPACE:url.original}(?: HTTP/%{NUMBER:http.version})?|%{DATA})" (?:-|%{INT:http.response.status_code:int}) (?:-|%{INT:http.response.body.bytes:long})`,
	"HTTPD_COMBINEDLOG": `%{HTTPD_COMMONLOG} "(?:-|%{DATA:http.request.referrer})" "(?:-|%{DATA:user_agent.original})"`,
	"COMMONAPACHELOG":   `%{HTTPD_COMMONLOG}`, "COMBINEDAPACHELOG": `%{HTTPD_COMBINEDLOG}`,
	"HTTPD20_ERRORLOG": `\[%{HTTPDERROR_DATE:timestamp}\] \[%{LOGLEVEL:log.level}\] (?:\[client %{IPORHOST:source.address}\] )?%{GREEDYDATA:message}`,

	"SYSLOGBASE2":      `(?:%{SYSLOGTIMESTAMP:timestamp}|%{TIMESTAMP_ISO8601:timestamp})(?: %{SYSLOGFACILITY})?(?: %{SYSLOGHOST:host.hostname})?(?: %{SYSLOGPROG}:)?`,
	"SYSLOGLINE":       `%{SYSLOGBASE2} %{GREEDYDATA:message}`,
	"SYSLOGPAMSESSION": `%{SYSLOGBASE} (?=%{GREEDYDATA:message})%{WORD:system.auth.pam.module}\(%{DATA:system.auth.pam.origin}\): session %{WORD:system.auth.pam.session_state} for user %{USERNAME:user.name}(?: by %{GREEDYDATA})?`,
	"CRON_ACTION":      `[A-Z ]+`, "CRONLOG": `%{SYSLOGBASE} \(%{USER:user.name}\) %{CRON_ACTION:system.cron.action} \(%{DATA:message}\)`,
	"SYSLOG5424PRINTASCII": `[!-~]+`, "SYSLOG5424PRI": `<%{NONNEGINT:log.syslog.priority:int}>`, "SYSLOG5424SD": `\[%{DATA}\]+`,
	"SYSLOG5424BASE": `%{SYSLOG5424PRI}%{NONNEGINT:system.syslog.version} +(?:-|%{TIMESTAMP_ISO8601:timestamp}) +(?:-|%{IPORHOST:host.hostname}) +(?:-|%{SYSLOG5424PRINTASCII:process.name}) +(?:-|%{POSINT:process.pid:int}) +(?:-|%{SYSLOG5424PRINTASCII:event.code}) +(?:-|%{SYSLOG5424SD:system.syslog.structured_data})?`,
	"SYSLOG5424LINE": `%{SYSLOG5424BASE} +%{GREEDYDATA:message}`,
}
