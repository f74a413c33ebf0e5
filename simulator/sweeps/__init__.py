"""Studies: designs, blocks, shards, and the crew that plays them."""
