/** Makes processes and threads that tests start write their coverage; Vitest counts the tests' own process. */
process.env.NODE_V8_COVERAGE = process.env.SNAPCHECK_CHILD_COVERAGE;
