package datasets

import "strings"

var cifar100 = cifar{
	files:   [2][]string{Train: {"train.bin"}, Test: {"test.bin"}},
	records: [2]int{Train: 50000, Test: 10000},
	classes: []int{20, 100}, // the superclass, which is passed over, and the class
	pickles: [2][]string{Train: {"train"}, Test: {"test"}},
	keys:    []pickleText{"coarse_labels", "fine_labels"},
}

func init() {
	const folder = "cifar-100-binary"
	register(Source{
		Name:  "cifar100",
		Title: "the binary version of CIFAR-100 (or that for Python)",
		Paper: "Krizhevsky, Learning Multiple Layers of Features from Tiny Images, 2009",
		Classes: strings.Fields(`
			apple aquarium_fish baby bear beaver bed bee beetle bicycle bottle
			bowl boy bridge bus butterfly camel can castle caterpillar cattle
			chair chimpanzee clock cloud cockroach couch crab crocodile cup dinosaur
			dolphin elephant flatfish forest fox girl hamster house kangaroo keyboard
			lamp lawn_mower leopard lion lizard lobster man maple_tree motorcycle mountain
			mouse mushroom oak_tree orange orchid otter palm_tree pear pickup_truck pine_tree
			plain plate poppy porcupine possum rabbit raccoon ray road rocket
			rose sea seal shark shrew skunk skyscraper snail snake spider
			squirrel streetcar sunflower sweet_pepper table tank telephone television tiger tractor
			train trout tulip turtle wardrobe whale willow_tree wolf woman worm`),
		H: cifarSide, W: cifarSide, C: 3,
		Images:  [2]int{Train: 50000, Test: 10000},
		Flip:    true,
		Folder:  folder,
		Archive: "cifar-100-binary.tar.gz",
		locate:  cifar100.locate(folder, "cifar-100-python"),
		fill:    cifar100.fill,
		layout:  cifar100.layout,
		surplus: cifar100.surplus,
		unpack:  cifar100.unpack(folder),
	})
}
