// These suites start whole programs, sometimes on a busy machine.
jest.setTimeout(5 * 60_000);
