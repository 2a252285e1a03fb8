"""The commands of `looker-staging`, a module each; `cli` puts them together."""
