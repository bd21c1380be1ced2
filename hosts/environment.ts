/**
 * Variables a child process may take over from ours. An allow-list, because a shell that works with n8n has N8N_*, DB_*
 * or proxy settings that would lead a test to somebody's real instance, and because NODE_ENV=test (set by jest) silences n8n.
 */
const INHERITED = [
	'PATH',
	'HOME',
	'USER',
	'LOGNAME',
	'SHELL',
	'LANG',
	'LC_ALL',
	'TZ',
	'TMPDIR',
	'SSL_CERT_FILE',
	'NODE_EXTRA_CA_CERTS',
];

/** The part of our environment that every child gets. */
export function inheritedEnvironment(): Record<string, string> {
	const entries = INHERITED.map((name) => [name, process.env[name]] as const);
	return Object.fromEntries(
		entries.filter((entry): entry is [string, string] => entry[1] !== undefined),
	);
}

/** What n8n would fetch from the internet, report to it or show about itself. */
const SWITCHED_OFF = [
	'N8N_DIAGNOSTICS_ENABLED',
	'N8N_VERSION_NOTIFICATIONS_ENABLED',
	'N8N_VERSION_NOTIFICATIONS_WHATS_NEW_ENABLED',
	'N8N_TEMPLATES_ENABLED',
	'N8N_PERSONALIZATION_ENABLED',
	'N8N_HIRING_BANNER_ENABLED',
	'N8N_DYNAMIC_BANNERS_ENABLED',
	'N8N_LICENSE_AUTO_RENEW_ENABLED',
	'N8N_VERIFIED_PACKAGES_ENABLED',
];

/** Modules of n8n 2 that reach out or cost start-up time; n8n 1 does not know these names and would refuse to start. */
const DISABLED_MODULES = [
	'mcp-registry',
	'instance-ai',
	'agents',
	'chat-hub',
	'mcp',
	'insights',
	'workflow-builder',
];

/**
 * Settings of an n8n that neither reports home nor waits for answers from the internet.
 * @param major n8n's major version
 */
export function quietEnvironment(major: 1 | 2): Record<string, string> {
	return {
		...Object.fromEntries(SWITCHED_OFF.map((name) => [name, 'false'])),
		...(major === 2 ? { N8N_DISABLED_MODULES: DISABLED_MODULES.join(',') } : {}),
	};
}
