package datasets

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
)

// mostPickleSteps bounds the steps of reading a pickle, and so its objects. The
// largest file of CIFAR takes about a quarter of a million.
const mostPickleSteps = 500_000

// What a pickle may hold: nil, bool, int64, pickleText, pickleTuple, *pickleList,
// pickleDict, *pickleArray; and while it is read also pickleGlobal, pickleType
// and pickleMark.
type (
	pickleText   string // a text, or bytes: Python 2 did not tell them apart
	pickleTuple  []any
	pickleList   struct{ items []any }
	pickleDict   map[pickleText]any
	pickleGlobal string   // a name of a module; it is never looked up
	pickleType   struct{} // numpy's uint8
	pickleMark   struct{}

	// pickleArray is a numpy array of uint8.
	pickleArray struct {
		shape   []int
		columns bool // the first index is the fastest, as in Fortran
		data    pickleText
	}
)

// The globals that a pickle may name: what makes an array of uint8.
const (
	pickleNewArray = "numpy.core.multiarray._reconstruct"
	pickleNdarray  = "numpy.ndarray"
	pickleDtype    = "numpy.dtype"
)

// A pickleReader reads Python's pickles of protocols 2 to 4. A pickle is a
// program for a machine with a stack; of its instructions those are known that
// build dictionaries, lists, tuples, texts, integers and numpy arrays of uint8,
// and nothing is ever called. All else is an error.
type pickleReader struct {
	data  string
	at    int
	stack []any
	memo  map[uint64]any
	err   error // the first; what is read and popped after it means nothing
}

// readPickle returns the object that a pickle holds, which must fill data to its
// end. Texts in it share data's memory.
func readPickle(data string) (any, error) {
	r := pickleReader{data: data, memo: map[uint64]any{}}
	for range mostPickleSteps {
		start := r.at
		done := r.step()
		if done && (len(r.stack) != 1 || r.at < len(data)) {
			r.fail(errors.New("the end, but not of the file or of what it holds"))
		}
		if r.err != nil {
			return nil, fmt.Errorf("pickle: byte %d: %w", start, r.err)
		}
		if done {
			return r.stack[0], nil
		}
	}
	return nil, fmt.Errorf("pickle: more than %d steps", mostPickleSteps)
}

var (
	errPickleShort = errors.New("truncated")
	errPickleStack = errors.New("an instruction without its operands")
)

// fail notes an error, if it is the first.
func (r *pickleReader) fail(err error) {
	if r.err == nil {
		r.err = err
	}
}

// text returns the next n bytes.
func (r *pickleReader) text(n uint64) pickleText {
	if n > uint64(len(r.data)-r.at) {
		r.fail(errPickleShort)
		return ""
	}
	r.at += int(n)
	return pickleText(r.data[r.at-int(n) : r.at])
}

// number returns the next little-endian number of so many bytes.
func (r *pickleReader) number(bytes int) uint64 {
	var full [8]byte
	copy(full[:], r.text(uint64(bytes)))
	return binary.LittleEndian.Uint64(full[:])
}

// line returns what comes before the next newline.
func (r *pickleReader) line() pickleText {
	n := strings.IndexByte(r.data[r.at:min(r.at+256, len(r.data))], '\n')
	if n < 0 {
		r.fail(errPickleShort)
		return ""
	}
	line := r.text(uint64(n))
	r.at++
	return line
}

func (r *pickleReader) push(v any) { r.stack = append(r.stack, v) }

// pop returns the upper n values of the stack, the lowest first.
func (r *pickleReader) pop(n int) []any {
	if len(r.stack) < n {
		r.fail(errPickleStack)
		return make([]any, n)
	}
	values := slices.Clone(r.stack[len(r.stack)-n:])
	r.stack = r.stack[:len(r.stack)-n]
	return values
}

// popMark returns the values above the last mark, which it removes.
func (r *pickleReader) popMark() []any {
	for i := len(r.stack) - 1; i >= 0; i-- {
		if r.stack[i] == (pickleMark{}) {
			return r.pop(len(r.stack) - i)[1:]
		}
	}
	r.fail(errPickleStack)
	return nil
}

// top returns the top of the stack, which must be a T.
func top[T any](r *pickleReader) (v T) {
	if len(r.stack) == 0 {
		r.fail(errPickleStack)
		return v
	}
	v, is := r.stack[len(r.stack)-1].(T)
	if !is {
		r.fail(errPickleStack)
	}
	return v
}

// pickleWidths are how many bytes the number after an instruction has.
var pickleWidths = [256]int{
	'K': 1, 'M': 2, 'J': 4,
	'U': 1, 'T': 4, 'C': 1, 'B': 4, 0x8e: 8, 0x8c: 1, 'X': 4,
	'q': 1, 'r': 4, 'h': 1, 'j': 4,
}

// step carries out an instruction. Their names are those of Python's pickletools.
func (r *pickleReader) step() (done bool) {
	code := r.number(1)
	width := pickleWidths[code]
	switch code {
	case 0x80: // PROTO
		if v := r.number(1); v < 2 || v > 4 {
			r.fail(fmt.Errorf("protocol %d, want 2 to 4", v))
		}
	case 0x95: // FRAME
		r.number(8)
	case '.': // STOP
		return true
	case '(': // MARK
		r.push(pickleMark{})
	case 'N': // NONE
		r.push(nil)
	case 0x88, 0x89: // NEWTRUE, NEWFALSE
		r.push(code == 0x88)
	case 'K', 'M': // BININT1, BININT2
		r.push(int64(r.number(width)))
	case 'J': // BININT
		r.push(int64(int32(uint32(r.number(width)))))
	case 'U', 'T', 'C', 'B', 0x8e, 0x8c, 'X': // SHORT_BINSTRING, BINSTRING, (SHORT_)BINBYTES, BINBYTES8, (SHORT_)BINUNICODE
		r.push(r.text(r.number(width)))
	case '}': // EMPTY_DICT
		r.push(pickleDict{})
	case ']': // EMPTY_LIST
		r.push(&pickleList{})
	case ')': // EMPTY_TUPLE
		r.push(pickleTuple(nil))
	case 0x85, 0x86, 0x87: // TUPLE1 to TUPLE3
		r.push(pickleTuple(r.pop(int(code) - 0x84)))
	case 't': // TUPLE
		r.push(pickleTuple(r.popMark()))
	case 'q', 'r': // BINPUT, LONG_BINPUT
		r.memo[r.number(width)] = top[any](r)
	case 0x94: // MEMOIZE
		r.memo[uint64(len(r.memo))] = top[any](r)
	case 'h', 'j': // BINGET, LONG_BINGET
		k := r.number(width)
		v, found := r.memo[k]
		if !found {
			r.fail(fmt.Errorf("object %d is named before it is there", k))
		}
		r.push(v)
	case 'a': // APPEND
		r.extend(r.pop(1))
	case 'e': // APPENDS
		r.extend(r.popMark())
	case 's': // SETITEM
		r.setItems(r.pop(2))
	case 'u': // SETITEMS
		r.setItems(r.popMark())
	case 'c': // GLOBAL
		module := r.line()
		r.global(module, r.line())
	case 0x93: // STACK_GLOBAL
		values := r.pop(2)
		module, is := values[0].(pickleText)
		name, are := values[1].(pickleText)
		if !is || !are {
			r.fail(errPickleStack)
		}
		r.global(module, name)
	case 'R': // REDUCE
		values := r.pop(2)
		r.construct(values[0], values[1])
	case 'b': // BUILD
		r.build(r.pop(1)[0])
	default:
		r.fail(fmt.Errorf("instruction %#02x (%q) is not one that data need", code, rune(code)))
	}
	return false
}

// extend appends to the list on top of the stack.
func (r *pickleReader) extend(values []any) {
	if list := top[*pickleList](r); list != nil {
		list.items = append(list.items, values...)
	}
}

// setItems adds keys and values, in turns, to the dictionary on top of the stack.
func (r *pickleReader) setItems(values []any) {
	dict := top[pickleDict](r)
	for ; len(values) > 1 && dict != nil; values = values[2:] {
		key, is := values[0].(pickleText)
		if !is {
			r.fail(errors.New("a key that is no text"))
		}
		dict[key] = values[1]
	}
	if len(values) > 0 {
		r.fail(errPickleStack)
	}
}

// global pushes a name, if it is one that data need.
func (r *pickleReader) global(module, name pickleText) {
	if module == "numpy._core.multiarray" { // numpy 2's
		module = "numpy.core.multiarray"
	}
	full := pickleGlobal(module + "." + name)
	switch full {
	case pickleNewArray, pickleNdarray, pickleDtype:
		r.push(full)
	default:
		r.fail(fmt.Errorf("it asks for %q, which is not what data need", full))
	}
}

// construct pushes what a constructor would make of its arguments.
func (r *pickleReader) construct(constructor, arguments any) {
	args, _ := arguments.(pickleTuple)
	switch {
	case len(args) != 3:
		r.fail(errPickleStack)
	case constructor == pickleGlobal(pickleNewArray) && args[0] == pickleGlobal(pickleNdarray):
		r.push(&pickleArray{})
	case constructor != pickleGlobal(pickleDtype):
		r.fail(errPickleStack)
	case args[0] != pickleText("u1"):
		r.fail(errors.New("an array of other numbers than u1, bytes"))
	default:
		r.push(pickleType{})
	}
}

// build gives the array on top of the stack its state: version, shape, type,
// order, data. That of a type says nothing new.
func (r *pickleReader) build(state any) {
	if top[any](r) == (pickleType{}) {
		return
	}
	array := top[*pickleArray](r)
	values, _ := state.(pickleTuple)
	if array == nil || len(values) != 5 {
		r.fail(errPickleStack)
		return
	}
	shape, is := values[1].(pickleTuple)
	columns, isBool := values[3].(bool)
	data, isText := values[4].(pickleText)
	if !is || !isBool || !isText || values[2] != (pickleType{}) {
		r.fail(errors.New("an array of other than shape, u1, order and data"))
		return
	}
	*array = pickleArray{columns: columns, data: data}
	all := int64(1)
	for _, v := range shape {
		n, is := v.(int64)
		if !is || n < 0 || n > math.MaxInt32 || n > 0 && all > math.MaxInt64/n {
			r.fail(errors.New("an array's shape is no shape"))
			return
		}
		all *= n
		array.shape = append(array.shape, int(n))
	}
	if all != int64(len(data)) {
		r.fail(fmt.Errorf("an array of shape %v with %d bytes", array.shape, len(data)))
	}
}
