package event

// snake writes a key as Elastic's integrations do: an underscore where a small letter meets capitals, all in small letters.
// An underscore right before that small letter goes.
func snake(key string) string {
	out := make([]byte, 0, len(key)+4)
	for i := 0; i < len(key); i++ {
		c := key[i]
		out = append(out, lower(c))
		if c < 'a' || c > 'z' || i+1 >= len(key) || key[i+1] < 'A' || key[i+1] > 'Z' {
			continue
		}
		if n := len(out); n >= 2 && out[n-2] == '_' && i >= 1 && key[i-1] == '_' {
			out = append(out[:n-2], c)
		}
		out = append(out, '_')
		for i+1 < len(key) && key[i+1] >= 'A' && key[i+1] <= 'Z' {
			i++
			out = append(out, lower(key[i]))
		}
	}
	return string(out)
}

func lower(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}
