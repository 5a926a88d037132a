package datasets

// mnistSide is the height and width of the images of MNIST and Fashion-MNIST.
const mnistSide = 28

var mnist = &idxSet{
	side: mnistSide, classes: 10,
	images:  [2]int{Train: 60000, Test: 10000},
	other:   "Fashion-MNIST",
	foreign: [2][]uint8{Train: {9, 0, 0, 3, 0, 2, 7, 2, 5, 5}, Test: {9, 2, 1, 1, 6, 1, 4, 6, 5, 7}},
}

func init() {
	const folder = "MNIST"
	register(Source{
		Name:    "mnist",
		Title:   "MNIST",
		Paper:   "LeCun, Bottou, Bengio, Haffner, Gradient-Based Learning Applied to Document Recognition, Proc. IEEE 86, 1998",
		Classes: []string{"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"},
		H:       mnistSide, W: mnistSide, C: 1,
		Images:  mnist.images,
		Folder:  folder,
		locate:  mnist.locate(folder),
		fill:    mnist.fill,
		surplus: mnist.surplus,
	})
}
