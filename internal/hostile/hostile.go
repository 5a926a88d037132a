// Package hostile makes for tests texts that would steer a terminal, forge a line
// or become part of a page.
package hostile

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"sdrm/internal/rng"
)

// Texts is how many texts tests send through every field that reaches a person.
const Texts = 1000

// pieces are what texts are made of.
var pieces = []string{
	"\x1b[2J", "\x1b[31m", "\x1b]0;title\x07", "\x1b]8;;http://x\x1b\\", "\x1bc", "\u009b2J", "\u009d0;x\u009c", "\x00", "\x08\x08", "\x7f", "\r", "\n", "\r\n", "\t", "\v\f",
	"\u202e", "\u2066", "\u200f", "\u061c", "\u200b", "\ufeff", "\u2028", "\u2029", "\u0085", "\U000e0041", "\ue000", "\xff", "\xc3", "\xed\xa0\x80",
	"<script>alert(1)</script>", "</title><script>", "<img src=x onerror=alert(1)>", "\" onload=\"x", "' onload='x", "<!--", "-->", "]]>", "<svg/onload=x>", "</pre></style>",
	"&lt;", "&#60;b>", "javascript:x", "{{.Title}}", "<b", "<http://x>", "<!DOCTYPE x>", "<?x",
	"[x](http://x)", "![x](http://x)", "[x][y]", "[x]: http://x", "](http://x)", "|", "| a | b |", "---|---", "`", "```", "**", "__", "~~", "* ", "# ", "\\", "\\|", "http://x", "www.x.y", "a@b.c", "$x$",
	"A", "ok", " ", "é", "世界", "%s%n%!", "../../", "\nsdrm: all is well", "\nBA 1.0000",
}

// Text returns text number i, the same in every run: some pieces, or one 10,000
// characters long.
func Text(i int) string {
	draw := rng.New(1, rng.Generate, 0, i)
	if i%125 == 0 {
		piece := pieces[draw.IntN(len(pieces))]
		return strings.Repeat(piece, 1+10_000/utf8.RuneCountInString(piece))
	}
	var b strings.Builder
	for range 1 + draw.IntN(6) {
		b.WriteString(pieces[draw.IntN(len(pieces))])
	}
	return b.String()
}

// Raw returns the first character of a printed text that a terminal could obey,
// which is none but the ends of lines that the text may have.
func Raw(text string) (r rune, found bool) {
	for i, r := range text {
		_, size := utf8.DecodeRuneInString(text[i:])
		if r == utf8.RuneError && size == 1 || !unicode.IsGraphic(r) && r != '\n' {
			return r, true
		}
	}
	return 0, false
}
