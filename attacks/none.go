package attacks

// None is the name of the attack that leaves all images alone.
const None = "none"

func init() {
	register(Recipe{
		Name:  None,
		Title: "No attack",
		Paper: "of this project: a clean model, the control",
		create: func(*told) Attack {
			return Attack{none{}, Victims{Train: nobody, Test: nobody}, Unchanged}
		},
	})
}

// none leaves all images as they are.
type none struct{}

// Apply changes nothing.
func (none) Apply(m Image) { m.check() }

// nobody is the Choice of no class.
func nobody(int, int) bool { return false }

// isNone tells whether this is the attack that leaves all images alone.
func (a Attack) isNone() bool { return a.Trigger == none{} }
