"""What viewers write: untrusted text, cleaned and limited before anything looks at its meaning."""
