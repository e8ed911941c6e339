"""What shops send by themselves: one platform a file, each with its signature and its way of telling prices, stock and orders."""
