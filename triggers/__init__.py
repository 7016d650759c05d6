"""When this is recorded, start that. The room stands; its engine is not built yet."""
