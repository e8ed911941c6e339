"""Where a shop is kept: its catalogue, the dated history of every change, orders, and the deliveries that were heard."""
