import { findProgram } from '../../hosts/services';

describe('findProgram', () => {
	it('finds a program on PATH', () => {
		expect(findProgram('sh', [], 'dash')).toMatch(/\/sh$/);
	});

	it('names the Debian package of a missing program', () => {
		expect(() => findProgram('no-such-server', ['/nowhere'], 'some-package')).toThrow(
			'no-such-server is not installed on this machine. On Debian or Ubuntu: sudo apt-get install some-package',
		);
	});
});
