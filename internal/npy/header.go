package npy

import (
	"fmt"
	"strconv"
	"strings"
)

// maxDims is NumPy's own limit.
const maxDims = 64

// parseHeader reads the dictionary of a header: the keys descr, fortran_order
// and shape, each once.
func parseHeader(header []byte) (shape []int, err error) {
	p := &parser{rest: string(header)}
	seen := map[string]bool{}
	if err := p.want("{"); err != nil {
		return nil, err
	}
	for !p.next("}") {
		key, err := p.quoted()
		if err != nil {
			return nil, err
		}
		if seen[key] {
			return nil, fmt.Errorf("%q appears twice", key)
		}
		seen[key] = true
		if err := p.want(":"); err != nil {
			return nil, err
		}
		switch key {
		case "descr":
			err = p.descr()
		case "fortran_order":
			if p.next("True") {
				err = fmt.Errorf("fortran_order is True, want False: numpy.ascontiguousarray makes it so")
			} else {
				err = p.want("False")
			}
		case "shape":
			shape, err = p.tuple()
		default:
			err = fmt.Errorf("found key %q, want descr, fortran_order and shape", key)
		}
		if err != nil {
			return nil, err
		}
		if !p.next(",") {
			if err := p.want("}"); err != nil {
				return nil, err
			}
			break
		}
	}
	if rest := strings.TrimSpace(p.rest); rest != "" {
		return nil, fmt.Errorf("%d bytes follow the dictionary", len(rest))
	}
	for _, key := range []string{"descr", "fortran_order", "shape"} {
		if !seen[key] {
			return nil, fmt.Errorf("%s is missing", key)
		}
	}
	return shape, nil
}

// parser reads the few Python literals that stand in headers.
type parser struct{ rest string }

// next takes the token if it is what follows.
func (p *parser) next(token string) bool {
	rest, ok := strings.CutPrefix(strings.TrimLeft(p.rest, " \n"), token)
	if ok {
		p.rest = rest
	}
	return ok
}

func (p *parser) want(token string) error {
	if !p.next(token) {
		return fmt.Errorf("found %.16q, want %q", strings.TrimLeft(p.rest, " \n"), token)
	}
	return nil
}

// quoted takes a string without escapes.
func (p *parser) quoted() (string, error) {
	for _, quote := range []string{"'", `"`} {
		if p.next(quote) {
			text, rest, ok := strings.Cut(p.rest, quote)
			if !ok || strings.Contains(text, `\`) {
				return "", fmt.Errorf("found %.16q, want a string", quote+p.rest)
			}
			p.rest = rest
			return text, nil
		}
	}
	return "", fmt.Errorf("found %.16q, want a string", p.rest)
}

func (p *parser) descr() error {
	kind, err := p.quoted()
	if err != nil {
		return err
	}
	if kind != "<f4" {
		return fmt.Errorf("descr is %q, want %q: array.astype('<f4') makes it so", kind, "<f4")
	}
	return nil
}

func (p *parser) tuple() ([]int, error) {
	shape := []int{}
	if err := p.want("("); err != nil {
		return nil, err
	}
	for !p.next(")") {
		digits := strings.TrimLeft(p.rest, " ")
		end := 0
		for end < len(digits) && digits[end] >= '0' && digits[end] <= '9' {
			end++
		}
		d, err := strconv.Atoi(digits[:end])
		if err != nil {
			return nil, fmt.Errorf("shape: found %.24q, want a dimension", digits)
		}
		if len(shape) == maxDims {
			return nil, fmt.Errorf("shape has more than %d dimensions", maxDims)
		}
		shape = append(shape, d)
		p.rest = digits[end:]
		if !p.next(",") {
			if err := p.want(")"); err != nil {
				return nil, err
			}
			break
		}
	}
	return shape, nil
}
