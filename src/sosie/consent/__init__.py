"""May we? Who agreed to what, until when; and the one gate that every clone and every frame goes through."""
