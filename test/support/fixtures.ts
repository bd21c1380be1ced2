export const LEAD = '+15550100123';
export const OTHER_LEAD = '+15550100124';
export const THIRD_LEAD = '+15550100125';
export const LINE = '+15550100001';
export const LINE_ID = 'pl_15550100001';
export const SECOND_LINE = '+15550100002';
export const SECOND_LINE_ID = 'pl_15550100002';
export const INACTIVE_LINE = '+15550100003';
export const INACTIVE_LINE_ID = 'pl_15550100003';

export const PNG = Buffer.from(
	'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
	'base64',
);
