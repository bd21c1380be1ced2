import eslint from '@eslint/js';
import { n8nCommunityNodesPlugin } from '@n8n/eslint-plugin-community-nodes';
import { defineConfig, globalIgnores } from 'eslint/config';
import n8nNodesBasePlugin from 'eslint-plugin-n8n-nodes-base';
import globals from 'globals';
import tseslint from 'typescript-eslint';

/** These cannot be wrapped. */
const LONG_LINES = {
	ignoreStrings: true,
	ignoreTemplateLiterals: true,
	ignoreRegExpLiterals: true,
	ignoreUrls: true,
};

/**
 * Nodes and credentials follow n8n's rules, with the setup of `n8n-node lint`. Tools and tests follow typescript-
 * eslint's rules, because they may use all of Node.js. (n8n's two-line template applies the node rules to every .ts
 * file.)
 */
export default defineConfig(
	globalIgnores(['**/dist', '**/node_modules', '**/.cache']),
	eslint.configs.recommended,
	{ rules: { 'prefer-spread': 'off' } },
	{
		rules: { 'max-len': ['error', { code: 120, tabWidth: 2, ...LONG_LINES }] },
	},
	{
		files: ['**/*.ts'],
		extends: [tseslint.configs.recommended],
		languageOptions: { parserOptions: { projectService: true } },
		rules: {
			'@typescript-eslint/no-floating-promises': 'error',
			'@typescript-eslint/await-thenable': 'error',
			'@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
		},
	},
	{
		files: ['**/*.ts'],
		ignores: ['nodes/**', 'credentials/**'],
		rules: {
			'@typescript-eslint/no-unused-vars': [
				'error',
				{ argsIgnorePattern: '^_', varsIgnorePattern: '^_', destructuredArrayIgnorePattern: '^_' },
			],
		},
	},
	{
		files: ['nodes/**/*.ts', 'credentials/**/*.ts'],
		extends: [n8nCommunityNodesPlugin.configs.recommended],
		rules: { 'no-console': 'error' },
	},
	{
		files: ['nodes/**/*.ts'],
		plugins: { 'n8n-nodes-base': n8nNodesBasePlugin },
		rules: {
			...n8nNodesBasePlugin.configs.nodes.rules,
			// Also off in n8n's own setup: these rules predate the constants for inputs and outputs.
			'n8n-nodes-base/node-class-description-inputs-wrong-regular-node': 'off',
			'n8n-nodes-base/node-class-description-outputs-wrong': 'off',
			'n8n-nodes-base/node-param-type-options-max-value-present': 'off',
		},
	},
	{
		files: ['credentials/**/*.ts'],
		plugins: { 'n8n-nodes-base': n8nNodesBasePlugin },
		rules: {
			...n8nNodesBasePlugin.configs.credentials.rules,
			// Also off in n8n's own setup: for built-in credentials only, and replaced by the newer plugin.
			'n8n-nodes-base/cred-class-field-documentation-url-miscased': 'off',
			'n8n-nodes-base/cred-class-field-type-options-password-missing': 'off',
		},
	},
	{
		files: ['package.json'],
		extends: [n8nCommunityNodesPlugin.configs.recommended],
		plugins: { 'n8n-nodes-base': n8nNodesBasePlugin },
		languageOptions: { parser: tseslint.parser, parserOptions: { extraFileExtensions: ['.json'] } },
		rules: { ...n8nNodesBasePlugin.configs.community.rules, 'no-unused-expressions': 'off' },
	},
	{ files: ['**/*.mjs'], languageOptions: { sourceType: 'module', globals: globals.node } },
	{ files: ['**/*.{js,cjs}'], languageOptions: { sourceType: 'commonjs', globals: globals.node } },
	// The sandbox's phone page runs unchanged in a browser.
	{
		files: ['sandbox/phone/**/*.js'],
		languageOptions: { sourceType: 'module', globals: globals.browser },
	},
);
