"""What is sold: products, prices and stock from one file, the only source of every number that is spoken about them."""
