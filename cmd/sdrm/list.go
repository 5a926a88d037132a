package main

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"sdrm/attacks"
	"sdrm/datasets"
	"sdrm/defenses"
	"sdrm/experiment/spec"
	"sdrm/mmd"
	"sdrm/models"
)

// listed is something that can be named in a spec or on the command line.
type listed struct {
	Name     string `json:"name"`
	Title    string `json:"title"`
	Paper    string `json:"paper,omitempty"`
	About    string `json:"about,omitempty"`
	Defaults string `json:"defaults,omitempty"`
	Needs    string `json:"needs,omitempty"`
	Flag     string `json:"flag,omitempty"` // that sets it

	Options []listedOption `json:"options,omitempty"` // of attack.options
}

// listedOption is something that an attack can be told.
type listedOption struct {
	Name    string `json:"name"`
	Default string `json:"default"`
	Source  string `json:"source,omitempty"` // whose choice the default is
	Usage   string `json:"usage"`
}

// kinds are what can be listed, in the order of the list.
var kinds = []struct {
	name string
	list func() []listed
}{
	{"attacks", listAttacks},
	{"models", listModels},
	{"datasets", listDatasets},
	{"detectors", listDetectors},
	{"measures", listMeasures},
	{"regularisers", listRegularisers},
	{"fields", listFields},
}

func newList(g *globals) *cobra.Command {
	var names []string
	for _, k := range kinds {
		names = append(names, k.name)
	}
	return &cobra.Command{
		Use:       "list [" + strings.Join(names, "|") + "]",
		Short:     "List attacks, models, data sets, detectors, measures and regularisers, with papers, defaults and needs; and the fields of a spec",
		ValidArgs: names,
		Example:   "  sdrm list attacks",
		RunE: func(c *cobra.Command, args []string) error {
			out := map[string][]listed{}
			for _, k := range kinds {
				if len(args) == 0 || args[0] == k.name {
					out[k.name] = k.list()
				}
			}
			if g.json {
				return printJSON(c.OutOrStdout(), out)
			}
			return printLists(c.OutOrStdout(), out)
		},
	}
}

func printLists(out io.Writer, lists map[string][]listed) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, k := range kinds {
		if lists[k.name] == nil {
			continue
		}
		printf(w, "%s\n", k.name) // what fails Flush reports
		for _, l := range lists[k.name] {
			title := l.Title
			if l.Paper != "" {
				title += " (" + l.Paper + ")"
			}
			printf(w, "  %s\t%s\n", l.Name, title)
			for _, line := range []struct{ name, text string }{{"", l.About}, {"defaults: ", l.Defaults}, {"needs: ", l.Needs}, {"flag: ", l.Flag}} {
				if line.text != "" {
					printf(w, "\t%s%s\n", line.name, line.text)
				}
			}
			for _, o := range l.Options {
				said := attacks.Option{Default: o.Default, Source: o.Source}.Said()
				printf(w, "\t%s: %s; default %s\n", o.Name, o.Usage, said)
			}
		}
	}
	return w.Flush()
}

func listAttacks() (out []listed) {
	for _, a := range attacks.All() {
		var options []listedOption
		for _, o := range a.Options {
			options = append(options, listedOption(o))
		}
		about := ""
		if a.AllToAll {
			about = "labels: " + strings.Join(a.LabelNames(), ", ")
		}
		out = append(out, listed{Name: a.Name, Title: a.Title, Paper: a.Paper, About: about, Options: options})
	}
	return out
}

func listModels() (out []listed) {
	for _, m := range models.All() {
		out = append(out, listed{Name: m.Name, Title: m.Title, Paper: m.Paper, About: "s1, s2, s3: " + m.Levels})
	}
	return out
}

func listDatasets() (out []listed) {
	for _, s := range datasets.All() {
		var needs string
		if s.Folder == "." {
			needs = "its folder as data.dir, in it " + datasets.FolderLayout + "; classes are numbered by name, as data check lists them"
		} else if s.Folder != "" {
			needs = "the folder " + s.Folder
		}
		if s.Official != nil {
			needs += ", which data download makes"
		}
		out = append(out, listed{Name: s.Name, Title: s.Title, Paper: s.Paper, Needs: needs,
			About: fmt.Sprintf("%s classes, %d×%d pixels, %s, %s training and %s test images",
				orElse(len(s.Classes), "its files'"), s.H, s.W, channels(s.C), orElse(s.Images[datasets.Train], "any"), orElse(s.Images[datasets.Test], "any"))})
	}
	return out
}

// channels says how many channels images have, 0 of a set of either kind.
func channels(n int) string {
	if n == 1 {
		return "1 channel"
	}
	return orElse(n, "1 or 3") + " channels"
}

// orElse returns a number as text, or what is said of one that only the files of a
// set tell.
func orElse(n int, other string) string {
	if n == 0 {
		return other
	}
	return strconv.Itoa(n)
}

func listDetectors() (out []listed) {
	for _, d := range defenses.All() {
		for _, v := range d.Variants {
			out = append(out, listed{Name: v.Name(), Title: d.Title, Paper: d.Paper, Defaults: d.Decides(v), Needs: v.Needs().String()})
		}
	}
	return out
}

func listMeasures() (out []listed) {
	for _, m := range mmd.Measures() {
		out = append(out, listed{Name: m.Name, Title: m.Title, Paper: m.Paper, Defaults: m.Defaults, Needs: "latents of two groups"})
	}
	return out
}

func listRegularisers() (out []listed) {
	for _, r := range mmd.Regularisers() {
		out = append(out, listed{Name: r.Name, Title: r.Title, Paper: r.Paper, Defaults: r.Defaults})
	}
	return out
}

// listFields lists the fields of a spec.
func listFields() (out []listed) {
	for _, f := range spec.Fields {
		l := listed{Name: f.Key, Title: f.Holds(), About: f.Text(), Defaults: f.TOML(spec.Default())}
		if f.Flag != "" {
			l.Flag = "--" + f.Flag
		}
		out = append(out, l)
	}
	return out
}
