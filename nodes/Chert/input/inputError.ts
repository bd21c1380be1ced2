/** Input that cannot be sent. The message is one sentence that names the field and the cure. */
export class InputError extends Error {}
