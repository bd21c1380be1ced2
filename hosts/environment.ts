/**
 * Environment variables that child processes inherit. It is an allowlist because a developer's shell may have N8N_*,
 * DB_* or proxy settings of a production instance, and because jest sets NODE_ENV=test, which silences n8n.
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

/** The part of the environment that all child processes inherit. */
export function inheritedEnvironment(): Record<string, string> {
	const entries = INHERITED.map((name) => [name, process.env[name]] as const);
	return Object.fromEntries(
		entries.filter((entry): entry is [string, string] => entry[1] !== undefined),
	);
}

/** Features of n8n that send or fetch data over the internet, or show notices. */
const DISABLED_FEATURES = [
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

/** Modules of n8n 2 that use the internet or slow down the start. n8n 1 does not start with these names. */
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
 * Settings that keep n8n from using the internet.
 * @param major n8n's major version
 */
export function quietEnvironment(major: 1 | 2): Record<string, string> {
	return {
		...Object.fromEntries(DISABLED_FEATURES.map((name) => [name, 'false'])),
		...(major === 2 ? { N8N_DISABLED_MODULES: DISABLED_MODULES.join(',') } : {}),
	};
}
