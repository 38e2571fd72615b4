"""The exercises, declared: one module per chapter, each with a list EXERCISES. `lib.check` reads them."""
