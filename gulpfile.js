const { minify } = require('@swc/core');
const esbuild = require('esbuild');
const { mkdir, rm, writeFile } = require('node:fs/promises');
const { dirname, posix } = require('node:path');
const { Transform } = require('node:stream');
const { dest, parallel, series, src, watch } = require('gulp');
const { n8n } = require('./package.json');

const SOURCES = {
	code: ['nodes/**/*.ts', 'credentials/**/*.ts'],
	icons: 'icons/*.svg',
	json: ['nodes/**/*.node.json', 'nodes/**/__schema__/**/*.json'],
};

const BUNDLE = 'dist/bundle.js';

/** The files that n8n loads. Each has one class, which is named like the file. */
const entries = [...n8n.credentials, ...n8n.nodes].map((file) => ({
	file,
	source: `./${file.replace(/^dist\//, '').replace(/\.js$/, '.ts')}`,
	className: posix.basename(file).split('.')[0],
}));

/** Removes files of renamed or deleted sources from the package. */
const clean = () => rm('dist', { recursive: true, force: true });
clean.displayName = 'clean';

/**
 * Makes one file of all code, smaller to download and faster to load than a file for each source. The nodes must share
 * it: a process has one rate limiter, and one list of claims.
 */
const bundle = async () => {
	const { outputFiles } = await esbuild.build({
		stdin: {
			contents: entries.map(({ source }) => `export * from '${source}';`).join('\n'),
			resolveDir: __dirname,
		},
		bundle: true,
		write: false,
		platform: 'node',
		format: 'cjs',
		target: 'es2022',
		charset: 'utf8',
		external: ['n8n-workflow'],
		logLevel: 'warning',
	});
	// With esbuild's own minifier the package would be 3 % larger.
	const { code } = await minify(outputFiles[0].text, {
		ecma: 2022,
		module: false,
		compress: { passes: 3, toplevel: true, keep_classnames: true },
		mangle: { topLevel: true, keep_classnames: true },
	});
	await write(BUNDLE, code);
	for (const { file, className } of entries) {
		const path = posix.relative(posix.dirname(file), BUNDLE);
		await write(file, `exports.${className} = require('${path}').${className};\n`);
	}
};
bundle.displayName = 'bundle';

async function write(file, text) {
	await mkdir(dirname(file), { recursive: true });
	await writeFile(file, text);
}

/** Files with their folders, so that `file:../../icons/…` leads to the icons in dist too. */
const read = (glob) => src(glob, { base: '.', encoding: false });

const icons = () => read(SOURCES.icons).pipe(dest('dist'));
icons.displayName = 'icons';

const withoutBlanks = () =>
	new Transform({
		objectMode: true,
		transform(file, _encoding, done) {
			file.contents = Buffer.from(JSON.stringify(JSON.parse(file.contents)));
			done(null, file);
		},
	});

/** Copies the codex files and output schemas. */
const json = () => read(SOURCES.json).pipe(withoutBlanks()).pipe(dest('dist'));
json.displayName = 'json';

const build = series(clean, parallel(bundle, icons, json));

const watchSources = () => {
	watch(SOURCES.code, bundle);
	watch(SOURCES.icons, icons);
	watch(SOURCES.json, json);
};

module.exports = { clean, bundle, icons, json, build, dev: series(build, watchSources) };
