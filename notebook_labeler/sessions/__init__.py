"""What a person is doing: frozen state, verbs, one `changed(old, new)`. No screen."""
