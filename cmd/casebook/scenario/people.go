package scenario

import "fmt"

var firstNames = []string{
	"amara", "ben", "chiara", "dev", "elif", "femke", "goran", "hana", "ivo", "jola", "kofi", "lena", "maya", "nils", "olga", "pavel",
	"quinn", "rosa", "sami", "tara", "umar", "vera", "wanda", "xenia", "yusuf", "zoe", "aldo", "brigit", "caleb", "dunja", "emil", "freya",
}

var lastNames = []string{
	"okafor", "brandt", "conti", "mehta", "yilmaz", "vries", "horvat", "sato", "petrov", "nowak", "mensah", "weber", "ortiz", "larsen",
	"ivanova", "novak", "reed", "silva", "haddad", "singh", "farouk", "costa", "kaminski", "leclerc", "demir", "stone", "ricci", "walsh",
	"moss", "babic", "lindqvist", "berg",
}

// login is the name that person n signs in with; different for different n.
func login(n int) string {
	pairs := len(firstNames) * len(lastNames)
	k := n * 389 % pairs // 389 shares no factor with the number of pairs, so every pair comes up once
	s := firstNames[k%len(firstNames)] + "." + lastNames[k/len(firstNames)]
	if n >= pairs {
		s += fmt.Sprint(n/pairs + 1)
	}
	return s
}
