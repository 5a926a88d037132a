package plan

import (
	"fmt"
	"reflect"
	"regexp"
	"strings"
)

var notInNames = regexp.MustCompile(`[^A-Za-z0-9._-]+`)

// name makes a name from the values of the axes: texts as they are, others after
// the last word of their key, as in vgg11-lambda0.1-seed1.
func name(axes []Axis, values []any) string {
	var parts []string
	for i, a := range axes {
		parts = append(parts, label(a.Key, values[i]))
	}
	return strings.TrimLeft(strings.Join(parts, "-"), "._-")
}

func label(key string, v any) string {
	word := key[strings.LastIndex(key, ".")+1:]
	text, isText := v.(string)
	switch {
	case isText && text == "":
		text = "no_" + word
	case isText:
	case reflect.TypeOf(v).Kind() == reflect.Slice:
		text = word + strings.Trim(fmt.Sprint(v), "[]")
	default:
		text = word + fmt.Sprint(v)
	}
	return notInNames.ReplaceAllString(text, "_")
}
