const { spawn } = require('node:child_process');
const { rm } = require('node:fs/promises');
const { dest, parallel, series, src, watch } = require('gulp');

const SOURCES = {
	code: ['nodes/**/*.ts', 'credentials/**/*.ts', 'tsconfig.json', 'tsconfig.build.json'],
	icons: 'icons/*.svg',
	codex: 'nodes/**/*.node.json',
	schemas: 'nodes/**/__schema__/**/*.json',
};

/** Removes files of renamed or deleted sources from the package. */
const clean = () => rm('dist', { recursive: true, force: true });
clean.displayName = 'clean';

const compile = () =>
	spawn(process.execPath, [require.resolve('typescript/bin/tsc'), '-p', 'tsconfig.build.json'], {
		stdio: 'inherit',
	});
compile.displayName = 'compile';

/**
 * `encoding: false` keeps the bytes. `base: '.'` keeps the folders, so that `file:../../icons/…` resolves in dist too.
 */
const copy = (glob, displayName) =>
	Object.assign(
		() => src(glob, { base: '.', encoding: false, allowEmpty: true }).pipe(dest('dist')),
		{ displayName },
	);

const icons = copy(SOURCES.icons, 'icons');
const codex = copy(SOURCES.codex, 'codex');
const schemas = copy(SOURCES.schemas, 'schemas');

const build = series(clean, parallel(compile, icons, codex, schemas));

/** Prints type errors but keeps watching. */
const recompile = (done) => {
	compile().on('close', () => done());
};

const watchSources = () => {
	watch(SOURCES.code, recompile);
	watch(SOURCES.icons, icons);
	watch(SOURCES.codex, codex);
	watch(SOURCES.schemas, schemas);
};

module.exports = { clean, compile, icons, codex, schemas, build, dev: series(build, watchSources) };
