// Package submit writes what starts a sweep on several machines: a script or a
// manifest for a scheduler that runs the cells of a plan by sdrm sweep run.
package submit

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"io"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"text/template"
	"unicode"

	"sdrm/experiment/plan"
	"sdrm/internal/registry"
	"sdrm/internal/shell"
)

// Target is a scheduler, or a program in place of one.
type Target struct {
	Title string

	template *template.Template // of a Job
}

var targets = registry.New[Target]("target")

// register makes a target known, with the template of what is submitted to it.
func register(name, title, text string) {
	t := template.New(name).Funcs(template.FuncMap{"shell": shell.Word, "path": shell.Path, "quoted": strconv.QuoteToASCII, "argument": argument, "literal": literal, "split": splitBraces})
	targets.Add(name, Target{title, template.Must(t.Parse(text))})
}

// Names returns the names of all targets.
func Names() []string { return targets.Names() }

// Find returns the target of that name. The error lists what there is.
func Find(name string) (Target, error) { return targets.Find(name) }

// Write writes what is submitted to the target.
func (t Target) Write(w io.Writer, j Job) error { return t.template.Execute(w, j) }

// Job is a sweep to submit. Its methods are for the templates.
type Job struct {
	Plan    *plan.Plan
	Out     string // folder of the run folders
	Threads int    // of each task; 0: all of the machine, or a share of its own
}

// share is how many CPUs a task asks a scheduler for unless a Job says otherwise.
const share = 4

// CPUs returns how many CPUs a task asks a scheduler for.
func (j Job) CPUs() int { return cmp.Or(j.Threads, share) }

// Cells returns how many cells the plan has.
func (j Job) Cells() int { return len(j.Plan.Cells) }

var notInLabels = regexp.MustCompile(`[^a-z0-9]+`)

// longestName leaves Kubernetes room for the digest and the number of a pod in 63 bytes.
const longestName = 41

// Name makes of the file name of the plan a name that every scheduler takes: a
// label of DNS.
func (j Job) Name() string {
	base := filepath.Base(j.Plan.Path)
	base = strings.ToLower(strings.TrimSuffix(base, filepath.Ext(base)))
	name := "sdrm-" + notInLabels.ReplaceAllString(base, "-")
	return strings.TrimRight(name[:min(len(name), longestName)], "-")
}

// Digest tells jobs of other cells apart.
func (j Job) Digest() string {
	h := sha256.New()
	for _, c := range j.Plan.Cells {
		io.WriteString(h, c.Hash)
	}
	return fmt.Sprintf("%.4x", h.Sum(nil))
}

// ID is the name with what tells plans of one file name apart.
func (j Job) ID() string { return j.Name() + "-" + j.Digest() }

// Log is where the job log of GNU parallel lies: with the run folders, since it
// says of them what was done.
func (j Job) Log() string { return filepath.Join(j.Out, j.ID()+".joblog") }

// argument returns a text in quotes as one of a container's arguments, in which
// Kubernetes puts the values of variables in the place of $(NAME), and reads $$ as $.
func argument(text string) string {
	return strconv.QuoteToASCII(strings.ReplaceAll(text, "$", "$$"))
}

// splitBraces quotes the braces of a word of shell.Path apart, so that GNU parallel,
// which replaces {}, {#} and others in its command, finds none there.
func splitBraces(word string) string { return strings.ReplaceAll(word, "{", "{''") }

// literal returns a text as a value of YAML whose lines stand behind spaces; in
// quotes, if YAML breaks lines elsewhere than the text does, or does not take it.
func literal(spaces int, text string) string {
	if strings.ContainsFunc(text, notInLiterals) {
		return strconv.QuoteToASCII(text)
	}
	lines := strings.SplitAfter(text, "\n")
	for i, line := range lines {
		if strings.Trim(line, "\r\n") != "" { // a tab alone is no indentation in YAML
			lines[i] = strings.Repeat(" ", spaces) + line
		}
	}
	return "|2\n" + strings.TrimRight(strings.Join(lines, ""), "\n")
}

func notInLiterals(r rune) bool {
	const lineSeparator, paragraphSeparator, byteOrderMark = '\u2028', '\u2029', '\ufeff'
	return unicode.IsControl(r) && !strings.ContainsRune("\t\r\n", r) || r == lineSeparator || r == paragraphSeparator || r == byteOrderMark
}
