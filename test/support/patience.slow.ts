// Whole programs have to start, on a busy machine too.
jest.setTimeout(5 * 60_000);
