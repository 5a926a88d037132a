package spec

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// Text returns what the field may be, where that is one of some names, and what
// it means.
func (f Field) Text() string {
	names := f.Choices()
	if names == nil {
		return f.Doc
	}
	text := "one of "
	if _, list := f.at(&Spec{}).(*[]string); list {
		text = "some of "
	}
	text += strings.Join(names, ", ")
	if f.Doc != "" {
		text += "; " + f.Doc
	}
	return text
}

// Choices returns the names that the field may hold, nil if it may hold others.
func (f Field) Choices() []string {
	if f.choices == nil {
		return nil
	}
	return f.choices()
}

// Kind names the values of the field: text, list or number.
func (f Field) Kind() string {
	switch f.at(&Spec{}).(type) {
	case *string:
		return "text"
	case *[]int:
		return "list"
	}
	return "number"
}

// Set sets the field of s from text.
func (f Field) Set(s *Spec, text string) (err error) {
	switch v := f.at(s).(type) {
	case *string:
		*v = text
	case *int:
		*v, err = strconv.Atoi(text)
	case *uint64:
		*v, err = strconv.ParseUint(text, 10, 64)
	case *float64:
		*v, err = strconv.ParseFloat(text, 64)
	case *[]int:
		*v = []int{}
		for _, part := range strings.FieldsFunc(text, func(r rune) bool { return r == ',' }) {
			n, err := strconv.Atoi(strings.TrimSpace(part))
			if err != nil {
				return errors.New("want whole numbers with commas")
			}
			*v = append(*v, n)
		}
	default:
		panic(fmt.Sprintf("spec: %s: a %T cannot be set from text", f.Key, v))
	}
	if err != nil {
		return errors.New("want " + f.Holds())
	}
	return nil
}
