import eslint from '@eslint/js';
import { n8nCommunityNodesPlugin } from '@n8n/eslint-plugin-community-nodes';
import { defineConfig, globalIgnores } from 'eslint/config';
import n8nNodesBasePlugin from 'eslint-plugin-n8n-nodes-base';
import globals from 'globals';
import tseslint from 'typescript-eslint';

/**
 * What n8n loads is held to n8n's own rules, as `n8n-node lint` sets them up; the tools around it, which may use all of
 * Node.js, to typescript-eslint's. (n8n's two-line template holds every .ts file of the repository to the node rules,
 * tools and tests too, so that it serves only repositories without any.)
 */
export default defineConfig(
	globalIgnores(['**/dist', '**/node_modules', '**/.cache']),
	eslint.configs.recommended,
	{ rules: { 'prefer-spread': 'off' } },
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
			// Off in n8n's own set-up as well: written before inputs and outputs became constants.
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
			// Off in n8n's own set-up as well: for n8n's built-in credentials only, and superseded by the newer plugin.
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
	// The sandbox's phone page, which a browser loads as it is.
	{
		files: ['sandbox/phone/**/*.js'],
		languageOptions: { sourceType: 'module', globals: globals.browser },
	},
);
