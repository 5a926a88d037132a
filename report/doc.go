// Package report turns the results of runs into text tables and into one HTML
// file that needs nothing beside it: no script, no font, no image file.
package report
