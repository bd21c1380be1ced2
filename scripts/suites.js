/**
 * Suites that `npm test` leaves out, each with its own `npm run test:<name>`: they start whole programs or move
 * hundreds of megabytes. Every other folder of test/ that holds tests is a fast suite.
 */
const SLOW_SUITES = [
	'n8n', // a whole n8n on SQLite
	'browser', // n8n's editor, and the sandbox's phone page, in Chromium
	'queue', // n8n as several processes on Redis and Postgres
	'large', // files of 100 MB
];

module.exports = { SLOW_SUITES };
