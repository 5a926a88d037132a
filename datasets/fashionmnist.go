package datasets

var fashionMNIST = &idxSet{
	side: mnistSide, classes: 10,
	images:  [2]int{Train: 60000, Test: 10000},
	other:   "MNIST",
	foreign: [2][]uint8{Train: {5, 0, 4, 1, 9, 2, 1, 3, 1, 4}, Test: {7, 2, 1, 0, 4, 1, 4, 9, 5, 9}},
}

func init() {
	const folder = "FashionMNIST"
	register(Source{
		Name:    "fashion-mnist",
		Title:   "Fashion-MNIST",
		Paper:   "Xiao, Rasul, Vollgraf, Fashion-MNIST, arXiv:1708.07747, 2017",
		Classes: []string{"T-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot"},
		H:       mnistSide, W: mnistSide, C: 1,
		Images:  fashionMNIST.images,
		Flip:    true, // our choice: a mirrored garment is one, though all shoes here point to the left
		Folder:  folder,
		locate:  fashionMNIST.locate(folder),
		fill:    fashionMNIST.fill,
		surplus: fashionMNIST.surplus,
	})
}
