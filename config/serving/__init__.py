"""How Bindery is served: what stands between the server and Django."""
