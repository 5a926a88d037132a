package main

import "github.com/spf13/cobra"

func newCompletion() *cobra.Command {
	return &cobra.Command{
		Use:   "completion bash|zsh|fish|powershell",
		Short: "Print what lets a shell complete commands, flags and names",
		Long: `Print what lets a shell complete commands, flags and names. Bash needs the package
bash-completion. What is printed can be read at once, as in the examples, or lie
where the shell looks: sdrm in /etc/bash_completion.d, _sdrm in a folder of zsh's
$fpath, sdrm.fish in ~/.config/fish/completions.`,
		Example: `  source <(sdrm completion bash)
  sdrm completion zsh > ~/.zfunc/_sdrm`,
		ValidArgs: []string{"bash", "zsh", "fish", "powershell"},
		RunE: func(c *cobra.Command, args []string) error {
			root, out := c.Root(), c.OutOrStdout()
			switch args[0] {
			case "zsh":
				return root.GenZshCompletion(out)
			case "fish":
				return root.GenFishCompletion(out, true)
			case "powershell":
				return root.GenPowerShellCompletionWithDesc(out)
			}
			return root.GenBashCompletionV2(out, true)
		},
	}
}
