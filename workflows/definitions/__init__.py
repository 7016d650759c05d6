"""The workflows there are: their files, and what reads them."""
