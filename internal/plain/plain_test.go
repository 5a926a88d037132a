package plain

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestLine(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"", ""},
		{"s1: MMD² 0.25 – λ × \"ü\" \\ 世界 \u00a0", "s1: MMD² 0.25 – λ × \"ü\" \\ 世界 \u00a0"},
		{"a\nb\r\n\tc", `a\nb\u000d\n\tc`},
		{"\x1b[31mred\x1b[0m\x00\x07\x7f", `\u001b[31mred\u001b[0m\u0000\u0007\u007f`},
		{"\u009b2J\u0085", `\u009b2J\u0085`},
		{"a\u202eb\u2066c\u200fd\u061c\u200b\ufeff\u2028\u2029", `a\u202eb\u2066c\u200fd\u061c\u200b\ufeff\u2028\u2029`},
		{"\U000e0041", `\udb40\udc41`},
		{"\xff\x9bab\xc3", `\xff\x9bab\xc3`},
		{"\ufffd", "\ufffd"},
		{strings.Repeat("é", longest), strings.Repeat("é", longest)},
		{"begin" + strings.Repeat("é", 10_000) + "end", "begin" + strings.Repeat("é", longest/2-5) + " … 5912 characters … " + strings.Repeat("é", longest/2-3) + "end"},
	} {
		if got := Line(c.text); got != c.want {
			t.Errorf("%.60q: got %.80q, want %.80q", c.text, got, c.want)
		}
	}
}

func TestLinesKeepWhatAJSONDocumentSays(t *testing.T) {
	want := map[string]string{"a\n\tb\x1b\u009b\u202e\U000e0041\x7f": "\u2028 ü"}
	text, err := json.MarshalIndent(want, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	shown := Lines(string(text))
	if strings.Count(shown, "\n") != 2 || Line(strings.ReplaceAll(shown, "\n", "")) != strings.ReplaceAll(shown, "\n", "") {
		t.Errorf("not made visible: %q", shown)
	}
	var got map[string]string
	if err := json.Unmarshal([]byte(shown), &got); err != nil {
		t.Fatal(err)
	}
	for k, v := range want {
		if got[k] != v {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestMarkdown(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"0.500 [0.250, 1.000], 95 %, –, a.b-c (0.667)", "0.500 [0.250, 1.000], 95 %, –, a.b-c (0.667)"},
		{"<script>alert(1)</script>&lt;", "&lt;script&gt;alert(1)&lt;/script&gt;&amp;lt;"},
		{"a|b\n| c |", `a\|b\\n\| c \|`},
		{"[x](http://y) ![i][j] [k]: www.z a@b", `[x\](http&#58;//y) ![i\]\[j] [k\]: www&#46;z a&#64;b`},
		{"[[x]](y)", `[[x]\](y)`},
		{"*a* _b_ ~~c~~ `d` \\* #1 $e$", "\\*a\\* \\_b\\_ \\~\\~c\\~\\~ \\`d\\` \\\\\\* \\#1 \\$e\\$"},
	} {
		if got := Markdown(c.text); got != c.want {
			t.Errorf("%q: got %q, want %q", c.text, got, c.want)
		}
	}
}
