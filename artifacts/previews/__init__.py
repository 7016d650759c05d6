"""What the store holds, made fit to look at: nothing of it runs, and nothing is fetched."""
