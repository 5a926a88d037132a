package main

import "github.com/spf13/cobra"

// newHelp returns the command that explains others. That of cobra takes any word for a
// command.
func newHelp() *cobra.Command {
	return &cobra.Command{
		Use:     "help [COMMAND...]",
		Short:   "Explain a command",
		Example: "  sdrm help sweep run",
		ValidArgsFunction: func(c *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			var names []string
			if of, rest, err := c.Root().Find(args); err == nil && len(rest) == 0 {
				for _, child := range of.Commands() {
					if child.IsAvailableCommand() {
						names = append(names, child.Name())
					}
				}
			}
			return names, cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(c *cobra.Command, args []string) error {
			of, rest, err := c.Root().Find(args)
			if err != nil {
				return err
			}
			if len(rest) > 0 {
				return &usageError{unknownCommand(of, rest)}
			}
			of.InitDefaultHelpFlag()
			return of.Help()
		},
	}
}
