"""What the host says next: the rundown in order, viewers' questions in between, the AI notice always in time."""
