package datasets

import (
	"strings"

	"sdrm/internal/fetch"
)

var cifar100 = cifar{
	files:   [2][]string{Train: {"train.bin"}, Test: {"test.bin"}},
	pickles: [2][]string{Train: {"train"}, Test: {"test"}},
	records: [2]int{Train: 50000, Test: 10000},
	classes: []int{20, 100}, // the superclass, which is passed over, and the class
	keys:    []pickleText{"coarse_labels", "fine_labels"},
}

func init() {
	register(cifar100.source(Source{
		Name:  "cifar100",
		Title: "the binary version of CIFAR-100 (or that for Python)",
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
		// BackdoorBench's, rounded from those of the training images.
		Mean: []float32{0.5071, 0.4865, 0.4409}, Deviation: []float32{0.2673, 0.2564, 0.2762},
		Folder: "cifar-100-binary",
		Official: []fetch.File{{
			URL: cifarHome + "cifar-100-binary.tar.gz", Size: 168513733,
			Sum: "sha256:58a81ae192c23a4be8b1804d68e518ed807d710a4eb253b1f2a199162a40d8ec",
		}},
		sums: map[string]string{ // torchvision's
			"train": "md5:16019d7e3df5f24257cddd939b257f8d",
			"test":  "md5:f0ef6b0ae62326f3e7ffdfab6717acfc",
		},
	}, "cifar-100-python"))
}
