/** Processes and threads that tests start write what they covered; the tests' own process is counted by Vitest. */
process.env.NODE_V8_COVERAGE = process.env.SNAPCHECK_CHILD_COVERAGE;
