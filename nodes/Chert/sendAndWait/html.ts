import { createHash } from 'node:crypto';

const ENTITIES: Record<string, string> = {
	'&': '&amp;',
	'<': '&lt;',
	'>': '&gt;',
	'"': '&quot;',
	"'": '&#39;',
};

/** Text as HTML, in elements and in quoted attributes. */
export function escapeHtml(text: string): string {
	return text.replace(/[&<>"']/g, (character) => ENTITIES[character]);
}

const STYLES = `
:root{color-scheme:light dark;--text:#1d1d1f;--muted:#5c5c61;--line:#8e8e93;--page:#f2f2f7;--card:#fff;--main:#0058d0;--on-main:#fff;--bad:#b3261e}
@media (prefers-color-scheme:dark){:root{--text:#f2f2f7;--muted:#b4b4ba;--line:#8e8e93;--page:#000;--card:#1c1c1e;--main:#6cb0ff;--on-main:#00264d;--bad:#ff8a80}}
*{box-sizing:border-box}
body{margin:0;padding:24px 16px;background:var(--page);color:var(--text);font:17px/1.45 system-ui,-apple-system,sans-serif}
main{max-width:540px;margin:0 auto;padding:24px;border-radius:16px;background:var(--card)}
h1{margin:0 0 12px;font-size:22px;line-height:1.25;overflow-wrap:anywhere}
p{margin:0 0 20px;white-space:pre-wrap;overflow-wrap:anywhere}
label,legend{display:block;margin:0 0 6px;padding:0;font-weight:600;overflow-wrap:anywhere}
fieldset{margin:0 0 20px;padding:0;border:0;min-width:0}
.field{margin:0 0 20px}
.field p{margin:6px 0 0;color:var(--bad);font-size:15px}
.choice{display:flex;gap:10px;align-items:center;min-height:44px;margin:0;font-weight:400}
.choice input{flex:none;width:22px;height:22px;margin:0}
.text{display:block;width:100%;min-height:44px;padding:10px 12px;border:1px solid var(--line);border-radius:10px;background:var(--card);color:var(--text);font:inherit}
textarea.text{min-height:130px;resize:vertical}
button{display:block;width:100%;min-height:50px;margin:12px 0 0;padding:12px;border:2px solid var(--main);border-radius:12px;background:var(--main);color:var(--on-main);font:inherit;font-weight:600;overflow-wrap:anywhere;cursor:pointer}
button.second{background:transparent;color:var(--main)}
main>:last-child{margin-bottom:0}
:focus-visible{outline:3px solid var(--main);outline-offset:2px}`;

/** Headers of every page: no script, no foreign resources, no frame, and no trace of the signed URL anywhere else. */
export const PAGE_HEADERS: Readonly<Record<string, string>> = {
	'content-type': 'text/html; charset=utf-8',
	'content-security-policy': [
		"default-src 'none'",
		`style-src 'sha256-${createHash('sha256').update(STYLES).digest('base64')}'`,
		"base-uri 'none'",
		"frame-ancestors 'none'",
		'sandbox allow-forms',
	].join('; '),
	'cache-control': 'no-store',
	'referrer-policy': 'no-referrer',
	'x-content-type-options': 'nosniff',
	'x-robots-tag': 'noindex',
};

/**
 * A whole page.
 *
 * @param title plain text
 * @param description plain text, for the link preview
 * @param body HTML
 */
export function renderDocument(title: string, description: string, body: string): string {
	return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta property="og:title" content="${escapeHtml(title)}">
<meta property="og:description" content="${escapeHtml(description)}">
<title>${escapeHtml(title)}</title>
<style>${STYLES}</style>
</head>
<body>
<main>
<h1 dir="auto">${escapeHtml(title)}</h1>
${body}
</main>
</body>
</html>
`;
}
