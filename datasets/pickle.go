package datasets

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
)

// mostPickleSteps bounds the steps of reading a pickle, and so its objects. The
// largest file of CIFAR takes about a quarter of a million.
const mostPickleSteps = 2_000_000

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
	memo  map[uint32]any
}

// readPickle returns the object that a pickle holds, which must fill data to its
// end. Texts in it share data's memory.
func readPickle(data string) (any, error) {
	r := pickleReader{data: data, memo: map[uint32]any{}}
	for range mostPickleSteps {
		start := r.at
		done, err := r.step()
		if err != nil {
			return nil, fmt.Errorf("pickle: byte %d: %w", start, err)
		}
		if done {
			value, err := r.pop()
			if err != nil || len(r.stack) > 0 || r.at < len(data) {
				return nil, fmt.Errorf("pickle: byte %d: the end, but not of the file or of what it holds", start)
			}
			return value, nil
		}
	}
	return nil, fmt.Errorf("pickle: more than %d steps", mostPickleSteps)
}

var (
	errPickleShort = errors.New("truncated")
	errPickleStack = errors.New("an instruction without its operands")
)

// take returns the next n bytes.
func (r *pickleReader) take(n uint64) (string, error) {
	if n > uint64(len(r.data)-r.at) {
		return "", errPickleShort
	}
	part := r.data[r.at:][:n]
	r.at += int(n)
	return part, nil
}

// number returns the next little-endian number of so many bytes.
func (r *pickleReader) number(bytes int) (uint64, error) {
	part, err := r.take(uint64(bytes))
	if err != nil {
		return 0, err
	}
	var full [8]byte
	copy(full[:], part)
	return binary.LittleEndian.Uint64(full[:]), nil
}

// text returns the next text, before which its length stands in so many bytes.
func (r *pickleReader) text(bytes int) (pickleText, error) {
	n, err := r.number(bytes)
	if err != nil {
		return "", err
	}
	part, err := r.take(n)
	return pickleText(part), err
}

// line returns what comes before the next newline.
func (r *pickleReader) line() (string, error) {
	for i := r.at; i < len(r.data) && i < r.at+256; i++ {
		if r.data[i] == '\n' {
			line := r.data[r.at:i]
			r.at = i + 1
			return line, nil
		}
	}
	return "", errPickleShort
}

func (r *pickleReader) push(v any) { r.stack = append(r.stack, v) }

func (r *pickleReader) pop() (any, error) {
	if len(r.stack) == 0 {
		return nil, errPickleStack
	}
	v := r.stack[len(r.stack)-1]
	r.stack = r.stack[:len(r.stack)-1]
	return v, nil
}

// popN returns the upper n values of the stack, the lowest first.
func (r *pickleReader) popN(n int) ([]any, error) {
	if len(r.stack) < n {
		return nil, errPickleStack
	}
	values := append([]any(nil), r.stack[len(r.stack)-n:]...)
	r.stack = r.stack[:len(r.stack)-n]
	return values, nil
}

// popMark returns the values above the last mark, which it removes.
func (r *pickleReader) popMark() ([]any, error) {
	for i := len(r.stack) - 1; i >= 0; i-- {
		if _, is := r.stack[i].(pickleMark); is {
			values, err := r.popN(len(r.stack) - 1 - i)
			r.stack = r.stack[:i]
			return values, err
		}
	}
	return nil, errPickleStack
}

// pickleWidths are how many bytes the number after an instruction has.
var pickleWidths = [256]int{
	'K': 1, 'M': 2, 'J': 4,
	'U': 1, 'T': 4, 'C': 1, 'B': 4, 0x8e: 8, 0x8c: 1, 'X': 4,
	'q': 1, 'r': 4, 'h': 1, 'j': 4,
}

// step carries out an instruction. Their names are those of Python's pickletools.
func (r *pickleReader) step() (done bool, err error) {
	code, err := r.number(1)
	if err != nil {
		return false, err
	}
	switch code {
	case 0x80: // PROTO
		v, err := r.number(1)
		if err == nil && (v < 2 || v > 4) {
			err = fmt.Errorf("protocol %d, want 2 to 4", v)
		}
		return false, err
	case 0x95: // FRAME
		_, err = r.number(8)
		return false, err
	case '.': // STOP
		return true, nil
	case '(': // MARK
		r.push(pickleMark{})
	case 'N': // NONE
		r.push(nil)
	case 0x88, 0x89: // NEWTRUE, NEWFALSE
		r.push(code == 0x88)
	case 'K', 'M', 'J': // BININT1, BININT2, BININT
		n, err := r.number(pickleWidths[code])
		if code == 'J' {
			n = uint64(int64(int32(uint32(n))))
		}
		r.push(int64(n))
		return false, err
	case 'U', 'T', 'C', 'B', 0x8e, 0x8c, 'X': // SHORT_BINSTRING, BINSTRING, (SHORT_)BINBYTES, BINBYTES8, (SHORT_)BINUNICODE
		v, err := r.text(pickleWidths[code])
		r.push(v)
		return false, err
	case '}': // EMPTY_DICT
		r.push(pickleDict{})
	case ']': // EMPTY_LIST
		r.push(&pickleList{})
	case ')': // EMPTY_TUPLE
		r.push(pickleTuple(nil))
	case 0x85, 0x86, 0x87: // TUPLE1 to TUPLE3
		values, err := r.popN(int(code) - 0x84)
		r.push(pickleTuple(values))
		return false, err
	case 't': // TUPLE
		values, err := r.popMark()
		r.push(pickleTuple(values))
		return false, err
	case 'q', 'r', 'h', 'j': // BINPUT, LONG_BINPUT, BINGET, LONG_BINGET
		k, err := r.number(pickleWidths[code])
		if err != nil {
			return false, err
		}
		if code == 'q' || code == 'r' {
			return false, r.remember(uint32(k))
		}
		v, found := r.memo[uint32(k)]
		if !found {
			return false, fmt.Errorf("object %d is named before it is there", k)
		}
		r.push(v)
	case 0x94: // MEMOIZE
		return false, r.remember(uint32(len(r.memo)))
	case 'a': // APPEND
		values, err := r.popN(1)
		if err != nil {
			return false, err
		}
		return false, r.extend(values)
	case 'e': // APPENDS
		values, err := r.popMark()
		if err != nil {
			return false, err
		}
		return false, r.extend(values)
	case 's': // SETITEM
		values, err := r.popN(2)
		if err != nil {
			return false, err
		}
		return false, r.setItems(values)
	case 'u': // SETITEMS
		values, err := r.popMark()
		if err != nil {
			return false, err
		}
		return false, r.setItems(values)
	case 'c': // GLOBAL
		module, err := r.line()
		if err != nil {
			return false, err
		}
		name, err := r.line()
		if err != nil {
			return false, err
		}
		return false, r.global(module, name)
	case 0x93: // STACK_GLOBAL
		values, err := r.popN(2)
		if err != nil {
			return false, err
		}
		module, is := values[0].(pickleText)
		name, are := values[1].(pickleText)
		if !is || !are {
			return false, errPickleStack
		}
		return false, r.global(string(module), string(name))
	case 'R': // REDUCE
		values, err := r.popN(2)
		if err != nil {
			return false, err
		}
		return false, r.construct(values[0], values[1])
	case 'b': // BUILD
		state, err := r.pop()
		if err != nil {
			return false, err
		}
		return false, r.build(state)
	default:
		return false, fmt.Errorf("instruction %#02x (%q) is not one that data need", code, rune(code))
	}
	return false, nil
}

// remember gives the top of the stack a number.
func (r *pickleReader) remember(k uint32) error {
	if len(r.stack) == 0 {
		return errPickleStack
	}
	r.memo[k] = r.stack[len(r.stack)-1]
	return nil
}

// top returns the top of the stack, or nil.
func (r *pickleReader) top() any {
	if len(r.stack) == 0 {
		return nil
	}
	return r.stack[len(r.stack)-1]
}

// extend appends to the list on top of the stack.
func (r *pickleReader) extend(values []any) error {
	list, is := r.top().(*pickleList)
	if !is {
		return errPickleStack
	}
	list.items = append(list.items, values...)
	return nil
}

// setItems adds keys and values, in turns, to the dictionary on top of the stack.
func (r *pickleReader) setItems(values []any) error {
	dict, is := r.top().(pickleDict)
	if !is || len(values)%2 != 0 {
		return errPickleStack
	}
	for i := 0; i < len(values); i += 2 {
		key, is := values[i].(pickleText)
		if !is {
			return errors.New("a key that is no text")
		}
		dict[key] = values[i+1]
	}
	return nil
}

// global pushes a name, if it is one that data need.
func (r *pickleReader) global(module, name string) error {
	if module == "numpy._core.multiarray" { // numpy 2's
		module = "numpy.core.multiarray"
	}
	full := module + "." + name
	switch full {
	case pickleNewArray, pickleNdarray, pickleDtype:
		r.push(pickleGlobal(full))
		return nil
	}
	return fmt.Errorf("it asks for %q, which is not what data need", full)
}

// construct pushes what a constructor would make of its arguments.
func (r *pickleReader) construct(constructor, arguments any) error {
	args, _ := arguments.(pickleTuple)
	switch {
	case constructor == pickleGlobal(pickleNewArray) && len(args) == 3 && args[0] == pickleGlobal(pickleNdarray):
		r.push(&pickleArray{})
	case constructor == pickleGlobal(pickleDtype) && len(args) == 3:
		if args[0] != pickleText("u1") {
			return errors.New("an array of other numbers than u1, bytes")
		}
		r.push(pickleType{})
	default:
		return errPickleStack
	}
	return nil
}

// build gives the array on top of the stack its state: version, shape, type,
// order, data. That of a type says nothing new.
func (r *pickleReader) build(state any) error {
	if _, is := r.top().(pickleType); is {
		return nil
	}
	array, is := r.top().(*pickleArray)
	values, are := state.(pickleTuple)
	if !is || !are || len(values) != 5 {
		return errPickleStack
	}
	shape, is := values[1].(pickleTuple)
	columns, isBool := values[3].(bool)
	data, isText := values[4].(pickleText)
	if !is || !isBool || !isText || values[2] != (pickleType{}) {
		return errors.New("an array of other than shape, u1, order and data")
	}
	array.shape, array.columns, array.data = nil, columns, data
	all := int64(1)
	for _, v := range shape {
		n, is := v.(int64)
		if !is || n < 0 || n > math.MaxInt32 || n > 0 && all > math.MaxInt64/n {
			return errors.New("an array's shape is no shape")
		}
		all *= n
		array.shape = append(array.shape, int(n))
	}
	if all != int64(len(data)) {
		return fmt.Errorf("an array of shape %v with %d bytes", array.shape, len(data))
	}
	return nil
}
