"""The only place with threads, queues and a clock: it takes the parts and puts them on air."""
