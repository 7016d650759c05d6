"""The log of events: what each tells, how it is guarded, how it is read to the end."""
