//! Nothing: what is here to be seen are the programs in `fail/` and `pass/`, and the test that compiles them.
