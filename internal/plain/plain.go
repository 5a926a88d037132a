// Package plain makes text that comes from elsewhere harmless where people read
// it: a name, a path, an error or a figure's label can then neither steer a
// terminal, nor forge a line, nor become part of a page.
package plain

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// longest is how many characters of a line are shown: as many as the longest path
// of Linux has bytes.
const longest = 4096

// Line returns text as one line for a terminal: what is no graphic character of
// Unicode (control characters, line ends, marks that turn the direction of
// writing) stands there as \n, \u001b and the like, a byte that is not UTF-8 as
// \xff, and the middle of what is too long is left out.
func Line(text string) string { return cut(visible(text, "")) }

// Lines returns text as Line does, but line by line and however long. It may be an
// HTML page, or a JSON document, which then says the same.
func Lines(text string) string { return visible(text, "\n") }

// Markdown returns text as Line does, such that Markdown and HTML in it is shown
// and not obeyed, also in a table.
func Markdown(text string) string { return active.Replace(Line(text)) }

// active escapes the characters that GitHub's Markdown obeys within a line. A pair
// of brackets is a link only before another, or before a colon, where it defines
// one; so that [0.25, 0.75] stays as it is.
var active = strings.NewReplacer(
	"<", "&lt;", ">", "&gt;", "&", "&amp;",
	`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "~", `\~`, "|", `\|`, "#", `\#`, "$", `\$`,
	"](", `\](`, "][", `\]\[`, "]:", `\]:`,
	"://", "&#58;//", "www.", "www&#46;", "@", "&#64;",
)

// visible replaces what is neither graphic nor one of the characters to keep.
func visible(text, keep string) string {
	var b []byte // the text as far as copied, if anything in it was replaced
	copied := 0
	for i, r := range text {
		if ' ' <= r && r <= '~' {
			continue
		}
		size, escape := utf8.RuneLen(r), ""
		switch {
		case r == utf8.RuneError && !strings.HasPrefix(text[i:], string(r)):
			size, escape = 1, fmt.Sprintf(`\x%02x`, text[i])
		case unicode.IsGraphic(r) || strings.ContainsRune(keep, r):
			continue
		case r == '\n':
			escape = `\n`
		case r == '\t':
			escape = `\t`
		case r > 0xffff: // as JSON has it, in two halves
			escape = fmt.Sprintf(`\u%04x\u%04x`, 0xd800+(r-0x10000)>>10, 0xdc00+(r-0x10000)&0x3ff)
		default:
			escape = fmt.Sprintf(`\u%04x`, r)
		}
		b = append(append(b, text[copied:i]...), escape...)
		copied = i + size
	}
	if copied == 0 {
		return text
	}
	return string(append(b, text[copied:]...))
}

// cut leaves out the middle of what is too long: errors begin with a place and end
// with what is wanted.
func cut(text string) string {
	if len(text) <= longest {
		return text
	}
	all := []rune(text)
	if len(all) <= longest {
		return text
	}
	const half = longest / 2
	return fmt.Sprintf("%s … %d characters … %s", string(all[:half]), len(all)-2*half, string(all[len(all)-half:]))
}
