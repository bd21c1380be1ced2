/**
 * Suites that `npm test` leaves out, because they start whole programs or transfer large files. Run one with
 * `npm run test:<name>`. Every other folder of test/ that holds tests is a fast suite.
 */
const SLOW_SUITES = [
	'n8n', // n8n in one process, with SQLite
	'start', // `npm start`, which builds the package again
	'browser', // n8n's editor and the sandbox's phone page, in Chromium
	'queue', // n8n in queue mode, with Redis and Postgres
	'large', // files of 100 MB
];

module.exports = { SLOW_SUITES };
