"""The REST interface as OpenAPI, worked out from the views and the tables of this package."""
