import { whyUnreachable } from '../../../../nodes/shared/subscription/webhookUrl';

const CHERT = 'https://console.trychert.com/api/v1';

it.each([
	'https://n8n.example.com/webhook/1/webhook',
	'https://n8n.example.com:8443/base/webhook/1/webhook',
	'https://203.0.113.7/webhook/1/webhook',
	'https://172.15.0.1/x',
	'https://172.32.0.1/x',
	'https://[2001:db8::1]/x',
	'https://fd-tunnel.example.com/x',
])('Chert reaches %s', (url) => {
	expect(whyUnreachable(url, CHERT)).toBeUndefined();
});

it.each([
	['http://n8n.example.com/x', 'https'],
	['http://localhost:5678/x', 'this machine'],
	['https://localhost/x', 'this machine'],
	['https://n8n.localhost/x', 'this machine'],
	['https://127.0.0.1/x', 'this machine'],
	['https://0x7f.1/x', 'this machine'],
	['https://0.0.0.0/x', 'this machine'],
	['https://[::1]/x', 'this machine'],
	['https://[::ffff:127.0.0.1]/x', 'this machine'],
	['https://10.1.2.3/x', 'private'],
	['https://172.16.0.1/x', 'private'],
	['https://172.31.255.1/x', 'private'],
	['https://192.168.1.20/x', 'private'],
	['https://169.254.1.1/x', 'private'],
	['https://100.64.0.1/x', 'private'],
	['https://[fd00::1]/x', 'private'],
	['https://[fe80::1]/x', 'private'],
	['https://n8n/x', 'private'],
	['https://n8n.local/x', 'private'],
	['https://n8n.corp.internal/x', 'private'],
	['', 'not a web address'],
])('Chert does not reach %s', (url, why) => {
	expect(whyUnreachable(url, CHERT)).toContain(why);
});

it.each([
	'http://127.0.0.1:4010/api/v1',
	'http://localhost:4010/api/v1',
	'http://[::1]:4010/api/v1',
])('a Chert at %s reaches this machine', (apiBaseUrl) => {
	expect(whyUnreachable('http://localhost:5678/x', apiBaseUrl)).toBeUndefined();
});

it('a Chert in the private network is still a Chert that needs an address it can reach', () => {
	expect(whyUnreachable('http://localhost:5678/x', 'http://10.0.0.2/api/v1')).toContain(
		'this machine',
	);
});
